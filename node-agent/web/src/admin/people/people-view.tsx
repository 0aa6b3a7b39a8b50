/**
 * People of the site: who waits, who is here, who was given a role, and how somebody gets or loses
 * one. Keys identify; names are shown as what people call themselves.
 */
import { chainFault, graceEpochs, Power } from '@muster/core';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { WaitingPeople } from '../../guest/waiting-room.tsx';
import { roleNameOf } from '../../outbox/sign.ts';
import { m } from '../../strings/site.en.ts';
import { client, model } from '../../ui/ui-state.ts';
import { ActionNote, useAction } from '../parts/action.tsx';
import { Empty } from '../parts/empty.tsx';
import type { AdminSession } from '../session/admin-session.ts';
import type { AdminViewProps } from '../view.ts';
import { GiveRole } from './give-role.tsx';
import { type KnownPerson, knownPeople } from './known-people.ts';
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
      return proven && !chainFault(book, proven.chain, graceEpochs)
        ? roleNameOf(proven.role)
        : 'guest';
    },
  });
  return (
    <div class="site-view">
      {waiting.length > 0 && session.certificate.powers > 0 && (
        <section class="admin-card" aria-labelledby="waiting-title">
          <h2 id="waiting-title">{m.people.waiting}</h2>
          <WaitingPeople
            people={waiting}
            onAnswer={(device, accept) => session.admit(device, accept)}
          />
        </section>
      )}
      {session.may(Power.people) && <GiveRole session={session} />}
      <PeopleList session={session} title={m.people.granted} people={granted}>
        {granted.length === 0 && <Empty title={m.people.none}>{m.people.noneWhy}</Empty>}
      </PeopleList>
      <PeopleList session={session} title={m.people.here} people={here}>
        <p class="field-note">{m.people.hereWhy}</p>
      </PeopleList>
      {session.may(Power.people) && <PassMaker session={session} />}
    </div>
  );
}

interface ListProps {
  readonly session: AdminSession;
  readonly title: string;
  readonly people: readonly KnownPerson[];
  readonly children: ComponentChildren;
}

/** What was done is told by the list: whoever is shut out leaves it at once. */
function PeopleList({ session, title, people, children }: ListProps) {
  const action = useAction();
  const id = useId();
  return (
    <section class="admin-card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
      <ActionNote action={action} />
      <ul class="people">
        {people.map((person) => (
          <PersonItem key={person.key} session={session} person={person} action={action} />
        ))}
      </ul>
    </section>
  );
}
