/** What the connection is doing, why, and what the person can do about it. */
import { askNode } from '../../app/boot.ts';
import { rememberSite } from '../../app/known-site.ts';
import { t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { useConnectionText } from '../connection-pill.tsx';
import { SheetFrame } from '../sheet.tsx';
import { client, model, openSheet } from '../ui-state.ts';

/** Another site answers at this address now: start over with what this phone has there. */
async function goToSiteHere(): Promise<void> {
  const here = await askNode();
  if (!here || here === 'unclaimed') return;
  rememberSite(here);
  location.assign('/');
}

export function ConnectionSheet() {
  const state = model.connection.value;
  const text = useConnectionText(state);
  const waiting = model.outbox.value.filter((entry) => entry.state === 'waiting').length;
  return (
    <SheetFrame title={t.connection.title}>
      <p class={`connection-now pill-${state.kind}`} role="status">
        <span class="pill-dot" aria-hidden="true" />
        {text}
      </p>
      {state.kind === 'connected' && (
        <p>
          {t.start.at(neutralName(model.nodeName.value))}. {s.here.nodes(model.nodes.value)}
        </p>
      )}
      {state.kind === 'offline' && <p>{s.offlineWhy[state.reason]}</p>}
      <dl class="facts">
        <dt>{s.settings.waiting}</dt>
        <dd>{waiting}</dd>
      </dl>
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'nearby' })}>
        {s.nearby.open}
      </button>
      {state.kind === 'offline' && state.reason === 'site-foreign' && (
        <button type="button" class="main-button" onClick={() => void goToSiteHere()}>
          {t.connection.otherSite}
        </button>
      )}
      {state.kind === 'offline' && (
        <button
          type="button"
          class="main-button"
          onClick={() => client.value?.connection.retryNow()}
        >
          {t.connection.retryNow}
        </button>
      )}
    </SheetFrame>
  );
}
