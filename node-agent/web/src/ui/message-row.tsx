/**
 * One message. What a stranger wrote is only ever a text node; links say where they go. The state
 * of an own message is told in words: waiting, held, held at n nodes, refused and why.
 */

import type { MessageRecord } from '../storage/records.ts';
import { clockTime, t } from '../strings/index.ts';
import { hueOf } from '../text/fingerprint.ts';
import { textParts } from '../text/links.ts';
import { neutralName, neutralText } from '../text/neutral.ts';
import { BoxIcon } from './icons.tsx';
import { KeyMark, KeyTag, Name, RoleBadge, SiteMark } from './key-mark.tsx';
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

/** The one whom a box speaks for: never like a person, and with the box that signed. */
export function Via({ record }: { record: MessageRecord }) {
  const { name, via } = record;
  if (!via) return null;
  const client = neutralName(via.client);
  return (
    <span class="via">
      <span class="badge badge-via">
        <BoxIcon />
        {t.via.badge}
      </span>
      {neutralName(name) !== client && <bdi>{client}</bdi>}
      {via.node !== '' && (
        <span>
          {t.via.at} <bdi>{neutralName(via.node)}</bdi>
        </span>
      )}
    </span>
  );
}

function Author({ row, role, nameTaken, site }: Omit<RowProps, 'marksStay'>) {
  const { record } = row.placed;
  const { author, name, via } = record;
  return (
    <header class="author">
      <span class={via ? 'author-name' : `author-name hue-${hueOf(author)}`}>
        <Name name={name || (via?.client ?? '')} />
      </span>
      {site !== undefined && <SiteMark name={site} />}
      {via && <Via record={record} />}
      {(!via || role === 'revoked') && <RoleBadge role={role} site={site} />}
      <KeyTag keyHex={author} />
      {nameTaken && <span class="badge badge-new">{t.message.newKey}</span>}
    </header>
  );
}

function rowClass({ own, startsGroup, placed }: Row): string {
  const of = placed.record.via ? 'row-via' : '';
  return `row ${own ? 'row-own' : 'row-other'} ${startsGroup ? 'row-first' : ''} ${of}`;
}

interface RowProps {
  readonly row: Row;
  /** As it holds now. */
  readonly role: string;
  readonly nameTaken: boolean;
  /** Name of the author's site, when it is another one. */
  readonly site: string | undefined;
  /** In a channel that crosses, what stays here says so. */
  readonly marksStay: boolean;
}

export const MessageRow = memo<RowProps>(
  ({ row, role, nameTaken, site, marksStay }) => {
    const { author, text, staysHere } = row.placed.record;
    const details = () => openSheet({ kind: 'message', orderHex: row.orderHex });
    return (
      <li
        class={rowClass(row)}
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
          {!row.own && row.startsGroup && (
            <Author row={row} role={role} nameTaken={nameTaken} site={site} />
          )}
          <div class="said" dir="auto">
            <TextBody text={text} />
            <button type="button" class="meta" tabIndex={-1} onClick={details}>
              <span>{timeText(row)}</span>
              {marksStay && staysHere && (
                <>
                  <span class="dot-gap" aria-hidden="true" />
                  <span class="stays">{t.message.staysHere}</span>
                </>
              )}
              {row.own && <OwnState row={row} />}
            </button>
          </div>
          <Refusal row={row} />
        </div>
      </li>
    );
  },
  (before, after) =>
    before.role === after.role &&
    before.nameTaken === after.nameTaken &&
    before.site === after.site &&
    before.marksStay === after.marksStay &&
    before.row.placed.record === after.row.placed.record &&
    before.row.entry === after.row.entry &&
    before.row.startsGroup === after.row.startsGroup,
);
