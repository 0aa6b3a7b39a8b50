/**
 * The whole page: the start, or the list and a channel, side by side where there is room; notices
 * that matter everywhere; what screen readers should hear; and the open sheet.
 */
import { useEffect } from 'preact/hooks';
import { siteName } from '../federation/federation.ts';
import { Entrance } from '../guest/entrance.tsx';
import { t } from '../strings/index.ts';
import { neutralName, neutralText } from '../text/neutral.ts';
import { AdminApart, UnclaimedApart } from './apart.tsx';
import { ChannelList } from './channel-list.tsx';
import { ChannelPage, ChooseChannel } from './channel-page.tsx';
import { Notices } from './notices.tsx';
import { OpenSheet } from './open-sheet.tsx';
import { replaceRoute, route } from './route.ts';
import { StartPage, Waiting } from './start-page.tsx';
import { client, model, openSheet } from './ui-state.ts';

export function App({ onAgain, onNamed }: { onAgain(): void; onNamed(): void }) {
  const phase = model.phase.value;
  usePassInAddress();
  const here = route.value;
  const isKnown = phase.kind === 'ready' || phase.kind === 'naming';
  return (
    <>
      {here.kind === 'admin' && isKnown ? (
        <AdminApart path={here.path} rest={here.rest} />
      ) : phase.kind === 'unclaimed' ? (
        <UnclaimedApart />
      ) : phase.kind === 'ready' ? (
        <InOrOut />
      ) : phase.kind === 'naming' ? (
        <StartPage onNamed={onNamed} />
      ) : (
        <Waiting phase={phase} onAgain={onAgain} />
      )}
      <OpenSheet />
    </>
  );
}

/** A pass that was scanned is kept, also before the person has a name here. */
function usePassInAddress(): void {
  const here = route.value;
  const started = client.value;
  useEffect(() => {
    if (here.kind !== 'pass' || !started) return;
    void started.usePass(here.text);
    replaceRoute('');
  }, [here, started]);
}

/** Whoever was in once goes on reading what this phone has. */
function InOrOut() {
  const out = model.gate.value !== undefined && model.channels.value.length === 0;
  return out ? <Entrance /> : <Talk />;
}

function Talk() {
  const here = route.value;
  useEffect(() => {
    if (here.kind !== 'join') return;
    openSheet({ kind: 'join', code: here.code });
    replaceRoute('');
  }, [here]);
  useTitle();
  const tagHex = here.kind === 'channel' ? here.tagHex : undefined;
  return (
    <div class={`talk ${tagHex ? 'talk-channel' : 'talk-list'}`}>
      <button type="button" class="skip" onClick={skipToMessages}>
        {t.list.skip}
      </button>
      <Notices />
      <div class="columns">
        <ChannelList />
        {tagHex ? <ChannelPage tagHex={tagHex} /> : <ChooseChannel />}
      </div>
      <Heard />
    </div>
  );
}

/** A button, because the address holds the route: a link to a place would leave the channel. */
function skipToMessages(): void {
  document.querySelector<HTMLElement>('#messages .rows, #messages')?.focus();
}

function useTitle(): void {
  let unread = 0;
  for (const count of model.unread.value.values()) unread += count;
  useEffect(() => {
    document.title = unread > 0 ? `(${t.list.unread(unread)}) ${t.appName}` : t.appName;
  }, [unread]);
}

/** Screen readers hear what comes in while the reader is in the channel; history stays silent. */
function Heard() {
  const heard = model.heard.value.at(-1)?.record;
  const site = heard && siteName(model.federation.value, heard);
  return (
    <div class="unseen" role="log" aria-live="polite">
      {heard && (
        <p key={heard.id}>
          {neutralName(heard.name) || t.message.noName}
          {site !== undefined && `, ${t.site.fromTitle(neutralName(site))}`}
          {heard.via && `, ${t.via.badge}`}: {neutralText(heard.text)}
        </p>
      )}
    </div>
  );
}
