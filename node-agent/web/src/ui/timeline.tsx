/**
 * The timeline of the channel on view: sticks to the newest message while the reader is there, stays
 * where the reader is otherwise, whatever arrives above or below, and loads older messages when the
 * reader comes near the oldest.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { webLimits } from '../limits.ts';
import type { ChannelRecord } from '../storage/records.ts';
import { dayName, t } from '../strings/index.ts';
import { neutralName } from '../text/neutral.ts';
import { dayNumber } from '../time/shown-time.ts';
import { browserClock } from '../platform/browser-clock.ts';
import { DownIcon } from './icons.tsx';
import { MessageRow } from './message-row.tsx';
import { type Row, timelineRows } from './timeline-rows.ts';
import { client, model } from './ui-state.ts';

const nearPixels = 80;

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

function Top() {
  const older = model.older.value;
  if (older === 'loading') return <p class="timeline-top">{t.channel.older}</p>;
  if (older === 'offline') return <p class="timeline-top">{t.channel.olderOffline}</p>;
  if (older === 'end') return <p class="timeline-top">{t.channel.beginning}</p>;
  return <p class="timeline-top" />;
}

/** Where the reader is: the first row in sight and how far it is from the edge. */
interface Anchor {
  readonly order: string;
  readonly offset: number;
}

function anchorOf(box: HTMLElement): Anchor | undefined {
  const edge = box.getBoundingClientRect().top;
  for (const row of box.querySelectorAll<HTMLElement>('.row')) {
    const { bottom, top } = row.getBoundingClientRect();
    if (bottom > edge) return { order: row.dataset.order ?? '', offset: top - edge };
  }
  return undefined;
}

function restore(box: HTMLElement, anchor: Anchor): void {
  const row = box.querySelector(`[data-order="${anchor.order}"]`);
  if (!row) return;
  const offset = row.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += offset - anchor.offset;
}

/** Keeps the scroll position honest while rows come and go. */
function useScroll(rows: readonly Row[]) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const anchor = useRef<Anchor | undefined>(undefined);
  const [away, setAway] = useState(false);
  useLayoutEffect(() => {
    const element = box.current!;
    if (atEnd.current) element.scrollTop = element.scrollHeight;
    else if (anchor.current) restore(element, anchor.current);
  }, [rows]);
  useEffect(() => {
    const element = box.current!;
    const stay = () => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    };
    const observer = new ResizeObserver(stay);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const onScroll = () => {
    const element = box.current!;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    atEnd.current = left < nearPixels;
    anchor.current = atEnd.current ? undefined : anchorOf(element);
    setAway(left > 2 * nearPixels);
  };
  const jump = () => {
    const element = box.current!;
    atEnd.current = true;
    element.scrollTop = element.scrollHeight;
    setAway(false);
  };
  return { box, atEnd, away, onScroll, jump };
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

export function Timeline({ channel }: { channel: ChannelRecord }) {
  const [limit, setLimit] = useState<number>(webLimits.rowsAtFirst);
  const [readUpTo] = useState(channel.readUpTo);
  const placed = model.rows.value;
  const self = model.self.value;
  const outbox = model.outbox.value;
  const rows = timelineRows({ channel, placed, outbox, self, readUpTo, limit });
  const { box, atEnd, away, onScroll, jump } = useScroll(rows);
  const taken = model.nameTaken.value;
  const unread = model.unread.value.get(model.open.value ?? '') ?? 0;
  const name = neutralName(channel.name);

  const markSeen = () => {
    if (atEnd.current && document.visibilityState === 'visible') void client.value?.reader.viewing.markRead();
  };
  useEffect(markSeen, [rows.length, placed]);
  useEffect(() => {
    document.addEventListener('visibilitychange', markSeen);
    return () => document.removeEventListener('visibilitychange', markSeen);
  }, []);
  // A new row of one's own brings the reader back to the end.
  const lastOwn = outbox.at(-1)?.entry;
  useLayoutEffect(jump, [lastOwn]);

  const scrolled = () => {
    onScroll();
    markSeen();
    if (box.current!.scrollTop > 4 * nearPixels) return;
    if (rows.length >= limit) setLimit(limit + webLimits.rowsStep);
    else if (model.older.value === 'more') void client.value?.reader.viewing.older();
  };
  useEffect(() => {
    // A short first page leaves room above: fill it.
    const element = box.current!;
    if (element.scrollHeight <= element.clientHeight && model.older.value === 'more') {
      void client.value?.reader.viewing.older();
    }
  }, [rows.length, model.connection.value]);

  return (
    <div class="timeline-frame">
      <div class="timeline" ref={box} onScroll={scrolled}>
        <Top />
        {rows.length === 0 && <EmptyTimeline channel={channel} />}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the list scrolls and takes arrow keys */}
        <ol
          class="rows"
          aria-label={t.channel.timeline(name)}
          tabIndex={0}
          onKeyDown={moveInRows}
        >
          {rows.map((row) =>
            row.kind === 'message' ? (
              <MessageRow
                key={row.key}
                row={row}
                nameTaken={taken.has(row.placed.record.author)}
              />
            ) : (
              <Separator key={row.key} row={row} />
            ),
          )}
        </ol>
      </div>
      {away && (
        <button type="button" class="jump" onClick={jump}>
          <DownIcon />
          <span>{unread > 0 ? t.channel.jumpNew(unread) : t.channel.jump}</span>
        </button>
      )}
    </div>
  );
}

function EmptyTimeline({ channel }: { channel: ChannelRecord }) {
  const listens = channel.kind === 'announcement';
  return (
    <div class="empty">
      <p class="empty-title">{t.channel.empty}</p>
      <p>{listens ? t.channel.emptyListen : t.channel.emptyWhy}</p>
    </div>
  );
}
