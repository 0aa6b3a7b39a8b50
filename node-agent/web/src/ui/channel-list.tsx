/**
 * The list of channels: those that this phone follows, with what is new in each, and those that
 * others made here. Arrow keys move through it.
 */
import { toHex } from '@muster/core';
import type { ListedChannel } from '../connection/wire.ts';
import { siteName } from '../federation/federation.ts';
import { browserClock } from '../platform/browser-clock.ts';
import { authorId, type ChannelRecord } from '../storage/records.ts';
import { clockTime, dayName, t } from '../strings/index.ts';
import { neutralName, neutralText } from '../text/neutral.ts';
import { dayNumber, shownTime } from '../time/shown-time.ts';
import { ChannelIcon, crossingText } from './channel-page.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { BoxIcon, Mark, PeopleIcon, PlusIcon, QrIcon, SiteIcon } from './icons.tsx';
import { KeyMark, KeyTag, Name, SiteMark } from './key-mark.tsx';
import { channelHash, goToChannel, route } from './route.ts';
import { client, model, openSheet } from './ui-state.ts';

function previewTime(ms: number): string {
  const days = dayNumber(browserClock.wall().unixMs) - dayNumber(ms);
  if (days === 0) return clockTime(ms);
  return days === 1 ? t.yesterday : dayName(ms);
}

function Preview({ tagHex, home }: { tagHex: string; home: string | undefined }) {
  const newest = model.newest.value.get(tagHex)?.record;
  if (!newest) return <span class="preview">{t.list.noMessages}</span>;
  const own = authorId(newest) === model.self.value?.key;
  // Among people of the channel's own site the mark beside the channel says enough.
  const site = newest.site === home ? undefined : siteName(model.federation.value, newest);
  const line = neutralText(newest.text).replace(/\s+/g, ' ').slice(0, 120);
  return (
    <span class="preview">
      {newest.via && <BoxIcon />}
      {own ? t.list.you : <Name name={newest.name || (newest.via?.client ?? '')} />}
      {site !== undefined && <SiteMark name={site} />}: <bdi>{line}</bdi>
    </span>
  );
}

function ChannelItem({ channel }: { channel: ChannelRecord }) {
  const tagHex = toHex(channel.tag);
  const unread = model.unread.value.get(tagHex) ?? 0;
  const newest = model.newest.value.get(tagHex)?.record;
  const shownMs = newest && shownTime(newest);
  const crossing = model.federation.value?.channels.get(tagHex);
  const crosses = crossingText(crossing);
  const current = route.value.kind === 'channel' && route.value.tagHex === tagHex;
  return (
    <li>
      <a
        class={`channel-item ${unread > 0 ? 'has-unread' : ''}`}
        href={channelHash(tagHex)}
        aria-current={current ? 'page' : undefined}
      >
        <span class="channel-icon">
          <ChannelIcon kind={channel.kind} />
        </span>
        <span class="channel-name">
          <bdi>{neutralName(channel.name)}</bdi>
          {crossing?.home && <SiteMark name={crossing.home.pin.name} />}
          {crosses !== undefined && (
            <span class="crosses" title={crosses}>
              <SiteIcon />
              <span class="unseen">{crosses}</span>
            </span>
          )}
        </span>
        <span class="channel-time">{shownMs !== undefined && previewTime(shownMs)}</span>
        <Preview tagHex={tagHex} home={crossing?.home?.id} />
        {unread > 0 && (
          <span class="unread">
            <span aria-hidden="true">{t.list.unread(unread)}</span>
            <span class="unseen">{t.list.unreadLabel(unread)}</span>
          </span>
        )}
      </a>
    </li>
  );
}

function OtherItem({ channel }: { channel: ListedChannel }) {
  const name = neutralName(channel.name);
  const join = async () => {
    const joined = await client.value?.reader.joinListed(channel);
    if (joined) goToChannel(toHex(joined.tag));
  };
  return (
    <li class="other-item">
      <span class="channel-icon">
        <ChannelIcon kind={channel.kind} />
      </span>
      <span class="other-text">
        <span class="channel-name">
          <bdi>{name}</bdi> {channel.creator && <KeyTag keyHex={toHex(channel.creator)} />}
        </span>
        <span class="preview" dir="auto">
          {neutralText(channel.topic) || t.kind[channel.kind]}
        </span>
      </span>
      <button
        type="button"
        class="small-button"
        aria-label={t.list.joinOne(name)}
        onClick={() => void join()}
      >
        {t.list.joinIt}
      </button>
    </li>
  );
}

function moveInLinks(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('a,button')];
  const next = links[links.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function ChannelList() {
  const all = [...model.channels.value].sort(byNews);
  const channels = all.filter(({ kind }) => kind !== 'federated');
  const federated = all.filter(({ kind }) => kind === 'federated');
  const others = model.others.value;
  return (
    <div class="list-page">
      <ListHead />
      <nav class="list-body" aria-label={t.list.title} onKeyDown={moveInLinks}>
        {channels.length === 0 && (
          <div class="empty">
            <p class="empty-title">{t.list.empty}</p>
            <p>{t.list.emptyWhy}</p>
          </div>
        )}
        <ul class="channels">
          {channels.map((channel) => (
            <ChannelItem key={toHex(channel.tag)} channel={channel} />
          ))}
        </ul>
        {federated.length > 0 && (
          <section class="others" aria-labelledby="federated-title">
            <h2 id="federated-title">{t.site.heading}</h2>
            <ul class="channels">
              {federated.map((channel) => (
                <ChannelItem key={toHex(channel.tag)} channel={channel} />
              ))}
            </ul>
          </section>
        )}
        <div class="list-actions">
          <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'create' })}>
            <PlusIcon />
            {t.list.create}
          </button>
          <button
            type="button"
            class="quiet-button"
            onClick={() => openSheet({ kind: 'join', code: '' })}
          >
            <QrIcon />
            {t.list.join}
          </button>
        </div>
        {others.length > 0 && (
          <section class="others" aria-labelledby="others-title">
            <h2 id="others-title">{t.list.more}</h2>
            <p class="section-why">{t.list.moreWhy}</p>
            <ul>
              {others.map((channel) => (
                <OtherItem key={toHex(channel.tag)} channel={channel} />
              ))}
            </ul>
          </section>
        )}
      </nav>
      <ListFoot />
    </div>
  );
}

function byNews(a: ChannelRecord, b: ChannelRecord): number {
  const order = (channel: ChannelRecord) =>
    model.newest.value.get(toHex(channel.tag))?.orderHex ?? '';
  const [newestA, newestB] = [order(a), order(b)];
  if (newestA === newestB) return a.name < b.name ? -1 : 1;
  return newestA > newestB ? -1 : 1;
}

function ListHead() {
  return (
    <header class="list-head">
      <Mark />
      <div class="list-title">
        <h1>
          <bdi>{neutralName(model.siteName.value) || t.appName}</bdi>
        </h1>
        <p>
          <bdi>{neutralName(model.nodeName.value)}</bdi>
        </p>
      </div>
      <ConnectionPill />
    </header>
  );
}

function ListFoot() {
  const self = model.self.value;
  const people = model.people.value.length + model.peopleMore.value;
  const nodes = model.nodes.value;
  return (
    <footer class="list-foot">
      <button type="button" class="self-button" onClick={() => openSheet({ kind: 'settings' })}>
        {self && <KeyMark keyHex={self.key} />}
        <span class="self-name">{self && <Name name={self.name} />}</span>
        {self && <KeyTag keyHex={self.key} />}
        <span class="unseen">{t.list.settings}</span>
      </button>
      <button
        type="button"
        class="quiet-button here-button"
        aria-label={t.list.hereLabel(people, nodes)}
        onClick={() => openSheet({ kind: 'here' })}
      >
        <PeopleIcon />
        {people}
      </button>
    </footer>
  );
}
