/** All that is known of one message: who, when, where it is kept, and the key behind the name. */

import { authorId } from '../../storage/records.ts';
import { fullTime, t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { longFingerprint } from '../../text/fingerprint.ts';
import { shownTime } from '../../time/shown-time.ts';
import { roleNow } from '../../trust/role-now.ts';
import { BoxIcon, WarnIcon } from '../icons.tsx';
import { KeyMark, Name, RoleBadge, SiteMark } from '../key-mark.tsx';
import { stateText, TextBody, Via } from '../message-row.tsx';
import { SheetFrame } from '../sheet.tsx';
import type { MessageRow } from '../timeline-rows.ts';
import { model } from '../ui-state.ts';
import { SiteFacts } from './channel-sheet.tsx';

const siteOf = (id: string) => model.federation.value?.sites.get(id)?.pin;

export function MessageSheet({ row }: { row: MessageRow }) {
  const { record } = row.placed;
  const shownMs = shownTime(record);
  const pin = record.site === undefined ? undefined : siteOf(record.site);
  const role = roleNow(model.trust.value?.book, record);
  const waiting = row.entry !== undefined && row.entry.state !== 'held';
  return (
    <SheetFrame title={s.message.details}>
      <p class="person">
        <KeyMark keyHex={record.author} />
        <span class="person-name">
          <Name name={record.name || (record.via?.client ?? '')} />
        </span>
        {pin && <SiteMark name={pin.name} />}
        {record.via && <Via record={record} />}
        {(!record.via || role === 'revoked') && <RoleBadge role={role} site={pin?.name} />}
      </p>
      {role === 'revoked' && <Warning text={s.message.revokedWhy} />}
      {record.via && (
        <p class="callout">
          <BoxIcon />
          <span>{s.via.why}</span>
        </p>
      )}
      {model.nameTaken.value.has(authorId(record)) && <Warning text={s.message.newKeyWhy} />}
      <blockquote class="quoted" dir="auto">
        <TextBody text={record.text} />
      </blockquote>
      <dl class="facts">
        <dt>{s.message.written}</dt>
        <dd>
          {shownMs === undefined ? t.message.timeUnknown : fullTime(shownMs)}
          {shownMs === undefined && <small>{s.message.clamped}</small>}
        </dd>
        {!waiting && (
          <>
            <dt>{s.message.arrived}</dt>
            <dd>{fullTime(record.arrivedMs)}</dd>
          </>
        )}
        <dt>{s.message.state}</dt>
        <dd>
          {row.own ? stateText(row) : s.message.nodes(record.nodes)}
          {row.entry?.state === 'waiting' && (
            <small>{row.entry.reason ? t.refused[row.entry.reason] : s.message.waitingWhy}</small>
          )}
        </dd>
        <dt>{s.message.key}</dt>
        <dd>
          <code class="fingerprint">{longFingerprint(record.author).join(' ')}</code>
          <small>{record.via ? s.via.keyWhy : s.message.keyWhy}</small>
        </dd>
        {record.staysHere && (
          <>
            <dt>{s.message.reach}</dt>
            <dd>{t.message.staysHere}</dd>
          </>
        )}
        {pin && <SiteFacts pin={pin} />}
      </dl>
    </SheetFrame>
  );
}

function Warning({ text }: { text: string }) {
  return (
    <p class="callout callout-warn">
      <WarnIcon />
      <span>{text}</span>
    </p>
  );
}
