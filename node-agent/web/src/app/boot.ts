/**
 * Starts the client in a browser: which site is this, what is kept of it, who is the person. What
 * is kept shows at once; a node is needed only when this phone has never seen the site.
 */
import { equalBytes, siteIdOf, toHex } from '@muster/core';
import { browserClock } from '../platform/browser-clock.ts';
import { browserRandom } from '../platform/browser-random.ts';
import { socketOpener } from '../platform/browser-socket.ts';
import { joinTabs } from '../platform/tabs.ts';
import { openDatabase } from '../storage/open.ts';
import { Client, type ClientParts } from './client.ts';
import { type KnownSite, lastSite, rememberSite, siteFromJson } from './known-site.ts';
import type { ViewModel } from './view-model.ts';

const askMsMax = 6_000;

export interface Booted {
  readonly client: Client;
  /** What the client stands on; an admin's session stands on the same. */
  readonly parts: ClientParts;
}

/** Asks the node that serves this page who it is; undefined when none answers. */
export async function askNode(): Promise<KnownSite | 'unclaimed' | undefined> {
  const abort = new AbortController();
  const timer = browserClock.after(askMsMax, () => abort.abort());
  try {
    const answer = await fetch('/api/v1/node', { signal: abort.signal, cache: 'no-store' });
    if (!answer.ok) return undefined;
    const json = (await answer.json()) as { readonly unclaimed?: unknown } | null;
    return json?.unclaimed === true ? 'unclaimed' : siteFromJson(json);
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}

/** Undefined when it cannot start; the phase says why. */
export async function boot(model: ViewModel): Promise<Booted | undefined> {
  if (typeof WebSocket === 'undefined' || typeof WebAssembly === 'undefined') {
    model.phase.value = { kind: 'failed', reason: 'browser' };
    return undefined;
  }
  const loading = import('../platform/crypto-sumo.ts').then((module) => module.loadCrypto());
  const known = lastSite() ?? (await askNode());
  if (known === 'unclaimed') {
    model.phase.value = { kind: 'unclaimed' };
    return undefined;
  }
  const crypto = await loading.catch(() => undefined);
  if (!crypto) {
    model.phase.value = { kind: 'failed', reason: 'crypto' };
    return undefined;
  }
  if (!known || !equalBytes(siteIdOf(crypto, known.siteKey), known.site)) {
    model.phase.value = { kind: 'no-node' };
    return undefined;
  }
  rememberSite(known);
  model.siteName.value = known.siteName;
  model.nodeName.value = known.nodeName;
  const siteHex = toHex(known.site);
  const db = await openDatabase(siteHex);
  const tabs = joinTabs(`muster-${siteHex}`, (hint) => {
    if (hint === 'keys') location.reload();
    else void client.onTabHint(hint).then(() => settlePhase(client, model));
  });
  const parts: ClientParts = {
    db,
    crypto,
    random: browserRandom,
    clock: browserClock,
    openSocket: socketOpener(location),
    site: known.site,
    siteKey: known.siteKey,
    model,
    tellTabs: (hint) => tabs.tell(hint),
  };
  const client = new Client(parts);
  try {
    await client.load();
  } catch {
    model.phase.value = { kind: 'failed', reason: 'storage' };
    return undefined;
  }
  return { client, parts };
}

/** Goes on from naming once there are keys, in whichever tab they were made. */
export function settlePhase(client: Client, model: ViewModel): void {
  model.phase.value = model.self.value ? { kind: 'ready' } : { kind: 'naming' };
  if (model.self.value) client.start();
}

/** Keeps the connection as alive as the page is: call it once. */
export function watchPage(client: Client): void {
  const prove = () => document.visibilityState === 'visible' && client.connection.prove();
  document.addEventListener('visibilitychange', prove);
  addEventListener('online', prove);
  addEventListener('pageshow', prove);
}
