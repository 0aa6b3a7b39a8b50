/** Who is shut out, why and by whom; and the epoch, by which everything that was given ends. */
import { epochMax, Power, type RevocationReason, toHex } from '@muster/core';
import { useMemo } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { KeyMark, KeyTag, Name } from '../../ui/key-mark.tsx';
import { ActionNote, useAction } from '../parts/action.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty } from '../parts/empty.tsx';
import type { AdminSession } from '../session/admin-session.ts';
import type { AdminViewProps } from '../view.ts';

export function RevokedView({ session }: AdminViewProps) {
  return (
    <div class="site-view">
      <Revoked session={session} />
      <Epoch session={session} />
    </div>
  );
}

/** Out of the lists that this phone verified, not of what a node says. */
function Revoked({ session }: { session: AdminSession }) {
  const known = session.trust.value;
  const entries = useMemo(() => {
    const found = new Map<
      string,
      { key: string; label: string; reason: RevocationReason; by: string }
    >();
    for (const { list } of known.book.lists) {
      for (const { key, label, reason } of list.revoked) {
        const keyHex = toHex(key);
        found.set(keyHex, { key: keyHex, label, reason, by: toHex(list.issuer) });
      }
    }
    return [...found.values()];
  }, [known]);
  const admins = session.site.value?.admins ?? [];
  const rootHex = toHex(known.book.siteKey);
  const whoIs = (key: string) =>
    key === rootHex
      ? m.revoked.root
      : neutralName(admins.find((one) => one.key === key)?.name ?? '') || key.slice(0, 8);
  return (
    <section class="admin-card" aria-labelledby="revoked-title">
      <h2 id="revoked-title">{m.revoked.title(entries.length)}</h2>
      <p>{m.revoked.why}</p>
      {entries.length === 0 && <Empty title={m.revoked.none} />}
      <ul class="people">
        {entries.map(({ key, label, reason, by }) => (
          <li key={key} class="person revoked-person">
            <KeyMark keyHex={key} />
            <span class="person-name">
              <Name name={label} />
              <small>
                {m.reason[reason]} · {m.revoked.by(whoIs(by))}
              </small>
            </span>
            <KeyTag keyHex={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Epoch({ session }: { session: AdminSession }) {
  const action = useAction();
  const { epoch } = session.trust.value.book;
  const { epoch: endsEpoch } = session.certificate;
  const nodes = session.site.value?.nodes ?? [];
  const silent = nodes.filter((node) => !node.revoked && !node.report).length;
  const next = epoch + 1;
  return (
    <section class="admin-card" aria-labelledby="epoch-title">
      <h2 id="epoch-title">{m.epoch.title(epoch)}</h2>
      <p>{m.epoch.why}</p>
      <p>{endsEpoch === epochMax ? m.epoch.forEver : m.epoch.until(endsEpoch)}</p>
      {silent > 0 && <p class="callout callout-warn">{m.epoch.silent(silent)}</p>}
      {session.may(Power.revoke) && (
        <Confirm
          label={m.epoch.advance(next)}
          question={m.epoch.ask(next)}
          typed={String(next)}
          disabled={action.busy}
          onConfirm={() => void action.run(() => session.advanceEpoch(next), m.epoch.done(next))}
        />
      )}
      <ActionNote action={action} />
    </section>
  );
}
