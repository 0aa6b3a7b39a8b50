/** All that is known of one message: who, when, where it is kept, and the key behind the name. */
import { fullTime, t } from '../../strings/index.ts';
import { longFingerprint } from '../../text/fingerprint.ts';
import { shownTime } from '../../time/shown-time.ts';
import { WarnIcon } from '../icons.tsx';
import { KeyMark, Name, RoleBadge } from '../key-mark.tsx';
import { stateText, TextBody } from '../message-row.tsx';
import { SheetFrame } from '../sheet.tsx';
import type { MessageRow } from '../timeline-rows.ts';
import { model } from '../ui-state.ts';

export function MessageSheet({ row }: { row: MessageRow }) {
  const { record } = row.placed;
  const shownMs = shownTime(record);
  const waiting = row.entry !== undefined && row.entry.state !== 'held';
  return (
    <SheetFrame title={t.message.details}>
      <p class="person">
        <KeyMark keyHex={record.author} />
        <span class="person-name">
          <Name name={record.name} />
        </span>
        <RoleBadge role={record.role} />
      </p>
      {model.nameTaken.value.has(record.author) && (
        <p class="callout callout-warn">
          <WarnIcon />
          <span>{t.message.newKeyWhy}</span>
        </p>
      )}
      <blockquote class="quoted" dir="auto">
        <TextBody text={record.text} />
      </blockquote>
      <dl class="facts">
        <dt>{t.message.written}</dt>
        <dd>
          {shownMs === undefined ? t.message.timeUnknown : fullTime(shownMs)}
          {shownMs === undefined && <small>{t.message.clamped}</small>}
        </dd>
        {!waiting && (
          <>
            <dt>{t.message.arrived}</dt>
            <dd>{fullTime(record.arrivedMs)}</dd>
          </>
        )}
        <dt>{t.message.state}</dt>
        <dd>
          {row.own ? stateText(row) : t.message.nodes(record.nodes)}
          {row.entry?.state === 'waiting' && (
            <small>{row.entry.reason ? t.refused[row.entry.reason] : t.message.waitingWhy}</small>
          )}
        </dd>
        <dt>{t.message.key}</dt>
        <dd>
          <code class="fingerprint">{longFingerprint(record.author).join(' ')}</code>
          <small>{t.message.keyWhy}</small>
        </dd>
      </dl>
    </SheetFrame>
  );
}
