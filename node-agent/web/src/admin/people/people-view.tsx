/**
 * People of the site: who waits, who is here, who was given a role, and how somebody gets or loses
 * one. Keys identify; names are shown as what people call themselves.
 */
import { chainFault, Power } from '@muster/core';
import { WaitingPeople } from '../../guest/waiting-room.tsx';
import { roleNameOf } from '../../outbox/sign.ts';
import { m } from '../../strings/site.en.ts';
import { client, model } from '../../ui/ui-state.ts';
import { Empty } from '../parts/empty.tsx';
import type { AdminViewProps } from '../view.ts';
import { GiveRole } from './give-role.tsx';
import { knownPeople } from './known-people.ts';
import { PassMaker } from './pass-maker.tsx';
import { PersonItem } from './person-item.tsx';

export function PeopleView({ session }: AdminViewProps) {
  const waiting = session.guestsWaiting.value;
  const { book } = session.trust.value;
  const { granted, here } = knownPeople({
    book,
    acts: session.acts.value,
    present: model.people.value,
    self: model.self.value,
    provenRole: (person) => {
      const proven = client.value?.admission.provenOf(person);
      return proven && !chainFault(book, proven.chain) ? roleNameOf(proven.role) : 'guest';
    },
  });
  return (
    <div class="site-view">
      {waiting.length > 0 && (
        <section class="admin-card" aria-labelledby="waiting-title">
          <h2 id="waiting-title">{m.people.waiting}</h2>
          <WaitingPeople
            people={waiting}
            onAnswer={(device, accept) => session.admit(device, accept)}
          />
        </section>
      )}
      {session.may(Power.people) && <GiveRole session={session} />}
      <section class="admin-card" aria-labelledby="granted-title">
        <h2 id="granted-title">{m.people.granted}</h2>
        {granted.length === 0 && <Empty title={m.people.none}>{m.people.noneWhy}</Empty>}
        <ul class="people">
          {granted.map((person) => (
            <PersonItem key={person.key} session={session} person={person} />
          ))}
        </ul>
      </section>
      <section class="admin-card" aria-labelledby="here-title">
        <h2 id="here-title">{m.people.here}</h2>
        <p class="field-note">{m.people.hereWhy}</p>
        <ul class="people">
          {here.map((person) => (
            <PersonItem key={person.key} session={session} person={person} />
          ))}
        </ul>
      </section>
      {session.may(Power.people) && <PassMaker session={session} />}
    </div>
  );
}
