/** One person with their role and what an admin can change about it; it opens where it stands. */
import { fromHex, Power, RevocationReason, Role } from '@muster/core';
import { useState } from 'preact/hooks';
import { s } from '../../strings/sheet.en.ts';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { KeyMark, KeyTag, Name, RoleBadge } from '../../ui/key-mark.tsx';
import type { Action } from '../parts/action.tsx';
import { Confirm } from '../parts/confirm.tsx';
import type { AdminSession } from '../session/admin-session.ts';
import type { KnownPerson } from './known-people.ts';

interface ItemProps {
  readonly session: AdminSession;
  readonly person: KnownPerson;
  readonly action: Action;
}

export function PersonItem({ session, person, action }: ItemProps) {
  const { key, name, role, isSelf } = person;
  const [open, setOpen] = useState(false);
  const mayChange = session.may(Power.people) || session.may(Power.revoke);
  const plain = neutralName(name) || key.slice(0, 8);
  return (
    <li class="known-person">
      <div class="person">
        <KeyMark keyHex={key} />
        <span class="person-name">
          <Name name={name} />
        </span>
        {isSelf && <span class="badge">{s.here.you}</span>}
        {role === 'user' ? <span class="badge">{m.people.user}</span> : <RoleBadge role={role} />}
        <KeyTag keyHex={key} />
        {mayChange && role !== 'revoked' && role !== 'admin' && (
          <button
            type="button"
            class="small-button"
            aria-expanded={open}
            aria-label={m.people.changeOne(plain)}
            onClick={() => setOpen(!open)}
          >
            {m.people.change}
          </button>
        )}
      </div>
      {open && <Change session={session} person={person} action={action} name={plain} />}
    </li>
  );
}

const reasons = [
  RevocationReason.lost,
  RevocationReason.abuse,
  RevocationReason.replaced,
  RevocationReason.unspecified,
] as const;

function Change({ session, person, action, name }: ItemProps & { readonly name: string }) {
  const device = fromHex(person.key)!;
  const [reason, setReason] = useState<RevocationReason>(RevocationReason.lost);
  const give = (role: Role, done: string) =>
    action.run(() => session.issueTicket({ device, role, label: name }), done);
  const revoke = () =>
    action.run(() => session.revoke({ key: device, reason, label: name }), m.people.revoked(name));
  return (
    <div class="person-change">
      {session.may(Power.people) && (
        <div class="row-buttons">
          {person.role !== 'staff' && (
            <button
              type="button"
              class="quiet-button"
              disabled={action.busy}
              onClick={() => void give(Role.staff, m.people.isStaff(name))}
            >
              {m.people.makeStaff}
            </button>
          )}
          {person.role === '' && (
            <button
              type="button"
              class="quiet-button"
              disabled={action.busy}
              onClick={() => void give(Role.user, m.people.isUser(name))}
            >
              {m.people.makeUser}
            </button>
          )}
        </div>
      )}
      {session.may(Power.revoke) && !person.isSelf && (
        <>
          <label class="field">
            <span class="field-label">{m.people.reason}</span>
            <select
              value={reason}
              onChange={(event) => setReason(Number(event.currentTarget.value) as RevocationReason)}
            >
              {reasons.map((one) => (
                <option key={one} value={one}>
                  {m.reason[one]}
                </option>
              ))}
            </select>
          </label>
          <Confirm
            label={m.people.shutOut}
            question={m.people.shutOutAsk(name)}
            disabled={action.busy}
            onConfirm={() => void revoke()}
          />
        </>
      )}
    </div>
  );
}
