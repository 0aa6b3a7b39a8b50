/** One channel: its head, its timeline, and where to write. */
import { toHex } from '@muster/core';
import { useEffect } from 'preact/hooks';
import { mayWriteHere } from '../channels/channels.ts';
import type { CrossingChannel } from '../federation/federation.ts';
import type { ChannelRecord } from '../storage/records.ts';
import { t } from '../strings/index.ts';
import { neutralName, neutralText } from '../text/neutral.ts';
import { Composer } from './composer.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import {
  BackIcon,
  HashIcon,
  HornIcon,
  InfoIcon,
  InviteIcon,
  LockIcon,
  SiteIcon,
} from './icons.tsx';
import { SiteMark } from './key-mark.tsx';
import { Timeline } from './timeline.tsx';
import { client, model, openSheet } from './ui-state.ts';

export function ChannelIcon({ kind }: { kind: ChannelRecord['kind'] }) {
  if (kind === 'private') return <LockIcon />;
  if (kind === 'federated') return <SiteIcon />;
  return kind === 'announcement' ? <HornIcon /> : <HashIcon />;
}

/** To or from which sites an own channel crosses, in words; undefined when it does not. */
export function crossingText(crossing: CrossingChannel | undefined): string | undefined {
  if (!crossing || crossing.home || crossing.sites.length === 0) return undefined;
  const sites = crossing.sites.map(({ pin }) => neutralName(pin.name));
  if (!crossing.publishes) return t.site.alsoFrom(sites);
  return crossing.subscribes ? t.site.sharedWith(sites) : t.site.alsoTo(sites);
}

function Head({ channel, crossing }: PageProps) {
  const tagHex = toHex(channel.tag);
  const topic = neutralText(channel.topic);
  return (
    <header class="page-head">
      <a class="icon-button back" href="#/" aria-label={t.channel.back}>
        <BackIcon />
      </a>
      <div class="page-title">
        <h1>
          <ChannelIcon kind={channel.kind} />
          <bdi>{neutralName(channel.name)}</bdi>
          {crossing?.home && <SiteMark name={crossing.home.pin.name} />}
        </h1>
        <p class="topic" dir="auto">
          {crossingText(crossing) ?? (topic === '' ? t.kind[channel.kind] : topic)}
        </p>
      </div>
      <ConnectionPill />
      {channel.kind !== 'federated' && (
        <button
          type="button"
          class="icon-button"
          aria-label={t.channel.share}
          onClick={() => openSheet({ kind: 'share', tagHex })}
        >
          <InviteIcon />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={t.channel.info}
        onClick={() => openSheet({ kind: 'channel', tagHex })}
      >
        <InfoIcon />
      </button>
    </header>
  );
}

export function ChannelPage({ tagHex }: { tagHex: string }) {
  const channel = model.channels.value.find((one) => toHex(one.tag) === tagHex);
  useEffect(() => {
    void client.value?.reader.viewing.show(tagHex);
    return () => void client.value?.reader.viewing.show(undefined);
  }, [tagHex]);
  if (!channel) return <NoChannel />;
  const crossing = model.federation.value?.channels.get(tagHex);
  return (
    <main class="channel-page" id="messages" tabIndex={-1}>
      <Head channel={channel} crossing={crossing} />
      {model.open.value === tagHex && <Timeline key={tagHex} channel={channel} />}
      <WritePlace key={tagHex} channel={channel} crossing={crossing} />
    </main>
  );
}

interface PageProps {
  readonly channel: ChannelRecord;
  readonly crossing: CrossingChannel | undefined;
}

/** Where to write, or why not. */
function WritePlace({ channel, crossing }: PageProps) {
  const self = model.self.value;
  if (!self || !mayWriteHere(channel, self.key)) {
    return <p class="listen-only">{t.channel.listenOnly}</p>;
  }
  if (channel.kind === 'federated' && !crossing?.publishes) {
    const home = neutralName(crossing?.home?.pin.name ?? '');
    return <p class="listen-only">{t.site.readOnly(home)}</p>;
  }
  const goesTo = crossing?.publishes ? crossing.sites : [];
  return <Composer channel={channel} goesTo={goesTo.map(({ pin }) => neutralName(pin.name))} />;
}

function NoChannel() {
  return (
    <main class="channel-page" id="messages" tabIndex={-1}>
      <div class="empty">
        <p class="empty-title">{t.channel.unknown}</p>
        <p>
          <a href="#/">{t.channel.back}</a>
        </p>
      </div>
    </main>
  );
}

/** Beside the list on a wide screen, before a channel is chosen. */
export function ChooseChannel() {
  return (
    <main class="channel-page choose" id="messages" tabIndex={-1}>
      <div class="empty">
        <p class="empty-title">{t.channel.choose}</p>
        <p>{t.channel.chooseWhy}</p>
      </div>
    </main>
  );
}
