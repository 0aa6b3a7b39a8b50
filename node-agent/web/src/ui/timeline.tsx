/**
 * The timeline of the channel on view. It draws as many rows as the reader has scrolled back, asks
 * for older messages before the reader gets there, and notes what was seen.
 */
import { toHex } from '@muster/core';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { siteName } from '../federation/federation.ts';
import { webLimits } from '../limits.ts';
import { browserClock } from '../platform/browser-clock.ts';
import { authorId, type ChannelRecord } from '../storage/records.ts';
import { dayName, t } from '../strings/index.ts';
import { neutralName } from '../text/neutral.ts';
import { dayNumber } from '../time/shown-time.ts';
import { roleNow } from '../trust/role-now.ts';
import { DownIcon } from './icons.tsx';
import { MessageRow } from './message-row.tsx';
import { type MessageRow as MessageRowData, type Row, timelineRows } from './timeline-rows.ts';
import { client, model } from './ui-state.ts';
import { type Scroll, useScroll } from './use-scroll.ts';

function dayLabel(ms: number): string {
  const days = dayNumber(browserClock.wall().unixMs) - dayNumber(ms);
  if (days === 0) return t.today;
  return days === 1 ? t.yesterday : dayName(ms);
}

function Separator({ row }: { row: Exclude<Row, { kind: 'message' }> }) {
  const label = row.kind === 'new' ? t.channel.newMessages : dayLabel(row.ms);
  return (
    <li class={`separator separator-${row.kind}`}>
      <span>{label}</span>
    </li>
  );
}

const tops = {
  more: '',
  loading: t.channel.older,
  offline: t.channel.olderOffline,
  end: t.channel.beginning,
} as const;

function EmptyTimeline({ channel }: { channel: ChannelRecord }) {
  const why =
    channel.kind === 'federated'
      ? t.site.emptyWhy
      : channel.kind === 'announcement'
        ? t.channel.emptyListen
        : t.channel.emptyWhy;
  return (
    <div class="empty">
      <p class="empty-title">{t.channel.empty}</p>
      <p>{why}</p>
    </div>
  );
}

function moveInRows(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const list = event.currentTarget as HTMLElement;
  const rows = [...list.querySelectorAll<HTMLElement>('.row')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? rows.at(-1) : rows[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Whatever is at the end while the page is looked at counts as read. */
function useReading(scroll: Scroll, placed: unknown): () => void {
  const read = () => {
    const seen = scroll.atEnd.current && document.visibilityState === 'visible';
    if (seen) void client.value?.reader.viewing.markRead();
  };
  useEffect(read, [placed]);
  useEffect(() => {
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, []);
  return read;
}

/** A new row of one's own brings the reader back to the end. */
function useOwnRows(rows: readonly Row[], jump: () => void): void {
  const newest = useRef(-1);
  let last = -1;
  for (const row of rows) if (row.kind === 'message' && row.entry) last = row.entry.entry;
  useLayoutEffect(() => {
    if (last > newest.current) jump();
    newest.current = Math.max(newest.current, last);
  }, [last]);
}

/** A message with what the page knows of its author. */
function OneRow({ row, channel }: { row: MessageRowData; channel: ChannelRecord }) {
  const { record } = row.placed;
  const federation = model.federation.value;
  return (
    <MessageRow
      row={row}
      role={roleNow(model.trust.value?.book, record)}
      nameTaken={model.nameTaken.value.has(authorId(record))}
      site={siteName(federation, record)}
      marksStay={federation?.channels.get(toHex(channel.tag))?.publishes === true}
    />
  );
}

export function Timeline({ channel }: { channel: ChannelRecord }) {
  const [limit, setLimit] = useState<number>(webLimits.rowsAtFirst);
  const unread = model.unread.value.get(toHex(channel.tag)) ?? 0;
  // The mark stays where the unread began when the reader came.
  const [readUpTo] = useState(unread > 0 ? channel.readUpTo : '');
  const placed = model.rows.value;
  const self = model.self.value;
  const rows = timelineRows({
    channel,
    placed,
    outbox: model.outbox.value,
    self,
    federation: model.federation.value,
    readUpTo,
    limit,
  });
  const scroll = useScroll(rows);
  const read = useReading(scroll, placed);
  useOwnRows(rows, scroll.jump);

  const fill = () => {
    if (!scroll.isNearTop()) return;
    if (placed.length > limit) setLimit(limit + webLimits.rowsStep);
    else if (model.older.value === 'more') void client.value?.reader.viewing.older();
  };
  // Not only when the reader scrolls: a short page leaves room above it.
  useEffect(fill, [placed.length, limit, channel.floor, model.connection.value.kind]);

  return (
    <div class="timeline-frame">
      <div
        class="timeline"
        ref={scroll.box}
        onScroll={() => {
          scroll.onScroll();
          read();
          fill();
        }}
      >
        <p class="timeline-top">{tops[model.older.value]}</p>
        {rows.length === 0 && <EmptyTimeline channel={channel} />}
        <ol
          class="rows"
          aria-label={t.channel.timeline(neutralName(channel.name))}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls and takes arrow keys
          tabIndex={0}
          onKeyDown={moveInRows}
        >
          {rows.map((row) =>
            row.kind === 'message' ? (
              <OneRow key={row.key} row={row} channel={channel} />
            ) : (
              <Separator key={row.key} row={row} />
            ),
          )}
        </ol>
      </div>
      {scroll.away && (
        <button type="button" class="jump" onClick={scroll.jump}>
          <DownIcon />
          <span>{unread > 0 ? t.channel.jumpNew(unread) : t.channel.jump}</span>
        </button>
      )}
    </div>
  );
}
