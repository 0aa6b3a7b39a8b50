/** Who is at this node now, and how many other nodes are linked with it. */
import { toHex } from '@muster/core';
import type { Present } from '../../connection/wire.ts';
import { roleNameOf } from '../../outbox/sign.ts';
import { t } from '../../strings/index.ts';
import { roleNow } from '../../trust/role-now.ts';
import { KeyMark, KeyTag, Name, RoleBadge } from '../key-mark.tsx';
import { SheetFrame } from '../sheet.tsx';
import { client, model, openSheet } from '../ui-state.ts';

/** As their ticket proves it now; the node's list is not believed. */
function roleOf(person: Present): string {
  const trust = model.trust.value?.book;
  if (!trust) return 'guest';
  const proven = client.value?.admission.provenOf(person);
  const role = proven ? roleNameOf(proven.role) : 'guest';
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
      <SheetFrame title={t.here.title}>
        <p>{t.here.offline}</p>
      </SheetFrame>
    );
  }
  return (
    <SheetFrame title={t.here.title}>
      <p>
        {t.here.people(people.length + more)}. {t.here.nodes(model.nodes.value)}
      </p>
      <ul class="people">
        {people.map((person) => {
          const key = toHex(person.device);
          return (
            <li key={key} class="person">
              <KeyMark keyHex={key} />
              <span class="person-name">
                <Name name={person.name} />
              </span>
              {key === model.self.value?.key && <span class="badge">{t.here.you}</span>}
              <RoleBadge role={roleOf(person)} />
              <KeyTag keyHex={key} />
            </li>
          );
        })}
      </ul>
      {more > 0 && <p>{t.here.more(more)}</p>}
      {isStaff && (
        <div class="row-buttons">
          <button
            type="button"
            class="quiet-button"
            onClick={() => openSheet({ kind: 'waiting-room' })}
          >
            {t.room.title}
          </button>
          <button
            type="button"
            class="quiet-button"
            onClick={() => openSheet({ kind: 'guest-pass' })}
          >
            {t.pass.make}
          </button>
        </div>
      )}
    </SheetFrame>
  );
}
