/**
 * One message. What a stranger wrote is only ever a text node; links say where they go. The state
 * of an own message is told in words: waiting, held, held at n nodes, refused and why.
 */

import { clockTime, t } from '../strings/index.ts';
import { textParts } from '../text/links.ts';
import { neutralText } from '../text/neutral.ts';
import { KeyMark, KeyTag, Name, RoleBadge } from './key-mark.tsx';
import { memo } from './memo.ts';
import type { MessageRow as Row } from './timeline-rows.ts';
import { client, openSheet } from './ui-state.ts';

/** Late enough to be worth saying that a message was long on its way. */
const lateMs = 15 * 60_000;

export function TextBody({ text }: { text: string }) {
  return (
    <p class="text">
      {textParts(neutralText(text)).map((part) =>
        part.href === undefined ? (
          part.text
        ) : (
          <a href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {part.text}
          </a>
        ),
      )}
    </p>
  );
}

export function timeText(row: Row): string {
  if (row.shownMs === undefined) return t.message.timeUnknown;
  const { arrivedMs } = row.placed.record;
  const written = clockTime(row.shownMs);
  const late = !row.own && arrivedMs - row.shownMs > lateMs;
  return late ? `${written} · ${t.message.arrivedAt(clockTime(arrivedMs))}` : written;
}

export function stateText(row: Row): string {
  const { entry, placed } = row;
  if (entry && entry.state !== 'held') return t.message[entry.state];
  return t.message.heldAt(Math.max(entry?.nodes ?? 1, placed.record.nodes));
}

function OwnState({ row }: { row: Row }) {
  const state = row.entry?.state ?? 'held';
  return (
    <>
      <span class="dot-gap" aria-hidden="true" />
      <span class={`state state-${state}`}>{stateText(row)}</span>
    </>
  );
}

function Refusal({ row }: { row: Row }) {
  const { entry } = row;
  if (entry?.state !== 'refused') return null;
  const writer = client.value?.writer;
  return (
    <div class="refusal">
      <p>{t.refused[entry.reason ?? 'other'] ?? t.refused.other}</p>
      <div class="refusal-actions">
        <button type="button" class="small-button" onClick={() => void writer?.again(entry)}>
          {t.message.again}
        </button>
        <button type="button" class="small-button" onClick={() => void writer?.remove(entry)}>
          {t.message.remove}
        </button>
      </div>
    </div>
  );
}

function Author({ row, nameTaken }: { row: Row; nameTaken: boolean }) {
  const { author, name, role } = row.placed.record;
  return (
    <header class="author">
      <span class={`author-name hue-${Number.parseInt(author.slice(8, 12), 16) % 12}`}>
        <Name name={name} />
      </span>
      <RoleBadge role={role} />
      <KeyTag keyHex={author} />
      {nameTaken && <span class="badge badge-new">{t.message.newKey}</span>}
    </header>
  );
}

interface RowProps {
  readonly row: Row;
  readonly nameTaken: boolean;
}

export const MessageRow = memo<RowProps>(
  ({ row, nameTaken }) => {
    const { author, text } = row.placed.record;
    const details = () => openSheet({ kind: 'message', orderHex: row.orderHex });
    return (
      <li
        class={`row ${row.own ? 'row-own' : 'row-other'} ${row.startsGroup ? 'row-first' : ''}`}
        data-order={row.orderHex}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
          // Or the same key would also press the button that the sheet gives the focus to.
          event.preventDefault();
          details();
        }}
      >
        {!row.own && row.startsGroup && <KeyMark keyHex={author} />}
        <div class="bubble">
          {!row.own && row.startsGroup && <Author row={row} nameTaken={nameTaken} />}
          <div class="said" dir="auto">
            <TextBody text={text} />
            <button type="button" class="meta" tabIndex={-1} onClick={details}>
              <span>{timeText(row)}</span>
              {row.own && <OwnState row={row} />}
            </button>
          </div>
          <Refusal row={row} />
        </div>
      </li>
    );
  },
  (before, after) =>
    before.nameTaken === after.nameTaken &&
    before.row.placed.record === after.row.placed.record &&
    before.row.entry === after.row.entry &&
    before.row.startsGroup === after.row.startsGroup,
);
