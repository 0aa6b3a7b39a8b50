/** Who is at this node now, and how many other nodes are linked with it. */
import { toHex } from '@muster/core';
import type { Present } from '../../connection/wire.ts';
import { roleNameOf } from '../../outbox/sign.ts';
import { s } from '../../strings/sheet.en.ts';
import { roleNow } from '../../trust/role-now.ts';
import { KeyMark, KeyTag, Name, RoleBadge } from '../key-mark.tsx';
import { SheetFrame } from '../sheet.tsx';
import { client, model, openSheet } from '../ui-state.ts';

/**
 * As their ticket proves it now, for the node's list is not believed. It brings tickets of staff
 * and admins only, so that about others nothing can be said.
 */
function roleOf(person: Present): string {
  const trust = model.trust.value?.book;
  const proven = client.value?.admission.provenOf(person);
  const role = proven ? roleNameOf(proven.role) : '';
  const author = toHex(person.device);
  return roleNow(trust, { author, role, ...(proven && { chain: proven.chain }) });
}

export function HereSheet() {
  const people = model.people.value;
  const more = model.peopleMore.value;
  const role = model.self.value?.role;
  const isStaff = role === 'staff' || role === 'admin';
  if (model.connection.value.kind !== 'connected') {
    return (
      <SheetFrame title={s.here.title}>
        <p>{s.here.offline}</p>
      </SheetFrame>
    );
  }
  return (
    <SheetFrame title={s.here.title}>
      <p>
        {s.here.people(people.length + more)}. {s.here.nodes(model.nodes.value)}
      </p>
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'nearby' })}>
        {s.nearby.open}
      </button>
      <ul class="people">
        {people.map((person) => {
          const key = toHex(person.device);
          return (
            <li key={key} class="person">
              <KeyMark keyHex={key} />
              <span class="person-name">
                <Name name={person.name} />
              </span>
              {key === model.self.value?.key && <span class="badge">{s.here.you}</span>}
              <RoleBadge role={roleOf(person)} />
              <KeyTag keyHex={key} />
            </li>
          );
        })}
      </ul>
      {more > 0 && <p>{s.here.more(more)}</p>}
      {isStaff && (
        <div class="row-buttons">
          <button
            type="button"
            class="quiet-button"
            onClick={() => openSheet({ kind: 'waiting-room' })}
          >
            {s.room.title}
          </button>
          <button
            type="button"
            class="quiet-button"
            onClick={() => openSheet({ kind: 'guest-pass' })}
          >
            {s.pass.make}
          </button>
        </div>
      )}
    </SheetFrame>
  );
}
