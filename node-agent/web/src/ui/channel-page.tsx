/** One channel: its head, its timeline, and where to write. */
import { toHex } from '@muster/core';
import { useEffect } from 'preact/hooks';
import { mayWriteHere } from '../channels/channels.ts';
import type { ChannelRecord } from '../storage/records.ts';
import { t } from '../strings/index.ts';
import { neutralName, neutralText } from '../text/neutral.ts';
import { Composer } from './composer.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { BackIcon, HashIcon, HornIcon, InfoIcon, InviteIcon, LockIcon } from './icons.tsx';
import { Timeline } from './timeline.tsx';
import { client, model, openSheet } from './ui-state.ts';

export function ChannelIcon({ kind }: { kind: ChannelRecord['kind'] }) {
  if (kind === 'private') return <LockIcon />;
  return kind === 'announcement' ? <HornIcon /> : <HashIcon />;
}

function Head({ channel }: { channel: ChannelRecord }) {
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
        </h1>
        <p class="topic" dir="auto">
          {topic === '' ? t.kind[channel.kind] : topic}
        </p>
      </div>
      <ConnectionPill />
      <button
        type="button"
        class="icon-button"
        aria-label={t.channel.share}
        onClick={() => openSheet({ kind: 'share', tagHex })}
      >
        <InviteIcon />
      </button>
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
  const self = model.self.value;
  const writes = self !== undefined && mayWriteHere(channel, self.key);
  return (
    <main class="channel-page" id="messages" tabIndex={-1}>
      <Head channel={channel} />
      {model.open.value === tagHex && <Timeline key={tagHex} channel={channel} />}
      {writes ? (
        <Composer key={tagHex} channel={channel} />
      ) : (
        <p class="listen-only">{t.channel.listenOnly}</p>
      )}
    </main>
  );
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
