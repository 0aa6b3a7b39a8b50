/**
 * Entry of the page: starts the client, draws the page, and registers the service worker where the
 * browser allows one. Nothing else reads the address or the document's life.
 */
import { equalBytes } from '@muster/core';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { askNode, boot, settlePhase, watchPage } from './app/boot.ts';
import type { Client } from './app/client.ts';
import { rememberSite } from './app/known-site.ts';
import { browserClock } from './platform/browser-clock.ts';
import { siteParts } from './ui/apart.tsx';
import { App } from './ui/app.tsx';
import { loadSheets } from './ui/open-sheet.tsx';
import { watchRoute } from './ui/route.ts';
import { applyTheme, client, model, offers } from './ui/ui-state.ts';
import './style/index.css';

const lookAgainMs = 5_000;

async function start(): Promise<void> {
  const started = await boot(model);
  if (!started) {
    if (model.phase.value.kind === 'no-node') browserClock.after(lookAgainMs, () => void start());
    return;
  }
  if (client.value) return;
  client.value = started.client;
  siteParts.value = started.parts;
  settlePhase(started.client, model);
  watchPage(started.client);
  // Soon, because the node may be gone when a sheet is wanted.
  loadSheets().catch(() => undefined);
  await followSite(started.client);
}

/** The address may lead to another site than last time: then start over with what is kept of it. */
async function followSite(started: Client): Promise<void> {
  const here = await askNode();
  if (here === 'unclaimed') {
    started.stop();
    model.phase.value = { kind: 'unclaimed' };
  }
  if (!here || here === 'unclaimed' || equalBytes(here.site, started.site)) return;
  rememberSite(here);
  location.reload();
}

/** There are keys now: go on, and ask the browser not to throw them away when space is short. */
function onNamed(): void {
  if (client.value) settlePhase(client.value, model);
  navigator.storage?.persist?.().catch(() => undefined);
}

applyTheme();
watchRoute();
render(
  <App onAgain={() => location.reload()} onNamed={onNamed} />,
  document.getElementById('app')!,
);
void start();

// A phone that moved is at another node under the same address: show the name of that one.
effect(() => {
  if (model.connection.value.kind !== 'connected') return;
  void askNode().then((node) => {
    if (!node || node === 'unclaimed') return;
    model.siteName.value = node.siteName;
    model.nodeName.value = node.nodeName;
  });
});

if (offers.secure && 'serviceWorker' in navigator && import.meta.env.PROD) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => {}));
}
