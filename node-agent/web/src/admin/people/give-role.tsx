/** Gives a role to somebody who shows their key: scanned from their phone, or pasted as text. */
import { decodePersonCode, type PersonCode, Role, toHex } from '@muster/core';
import { useState } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';
import { longFingerprint } from '../../text/fingerprint.ts';
import { neutralName } from '../../text/neutral.ts';
import { KeyMark, Name } from '../../ui/key-mark.tsx';
import { QrInputs } from '../../ui/sheets/qr-inputs.tsx';
import { ActionNote, useAction } from '../parts/action.tsx';
import type { AdminSession } from '../session/admin-session.ts';

export function GiveRole({ session }: { session: AdminSession }) {
  const [text, setText] = useState('');
  const [person, setPerson] = useState<PersonCode>();
  const action = useAction();
  const read = (code: string) => {
    const found = decodePersonCode(session.parts.crypto, code);
    setText(code);
    setPerson(found);
    if (found || code.trim() === '') action.clear();
    else action.fail(m.people.notAKey);
  };
  return (
    <section class="admin-card" aria-labelledby="give-title">
      <h2 id="give-title">{m.people.give}</h2>
      <p>{m.people.giveWhy}</p>
      <QrInputs onFound={read} onNote={action.fail} />
      <label class="field">
        <span class="field-label">{m.people.code}</span>
        <input
          value={text}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          onInput={(event) => read(event.currentTarget.value)}
        />
      </label>
      {person && <Given session={session} person={person} onGiven={() => read('')} />}
      <ActionNote action={action} />
    </section>
  );
}

interface GivenProps {
  readonly session: AdminSession;
  readonly person: PersonCode;
  onGiven(): void;
}

function Given({ session, person, onGiven }: GivenProps) {
  const [role, setRole] = useState<Role>(Role.staff);
  const action = useAction();
  const keyHex = toHex(person.key);
  const name = neutralName(person.name) || keyHex.slice(0, 8);
  const give = async () => {
    const done = role === Role.staff ? m.people.isStaff(name) : m.people.isUser(name);
    await action.run(() => session.issueTicket({ device: person.key, role, label: name }), done);
  };
  return (
    <div class="given-person">
      <p class="person">
        <KeyMark keyHex={keyHex} />
        <span class="person-name">
          <Name name={person.name} />
        </span>
      </p>
      <p>
        <code class="fingerprint">{longFingerprint(keyHex).join(' ')}</code>
        <small>{m.people.compare}</small>
      </p>
      <fieldset class="choices">
        <legend class="field-label">{m.people.as}</legend>
        {([Role.staff, Role.user] as const).map((one) => (
          <label key={one} class="choice choice-tall">
            <input
              type="radio"
              name="given-role"
              checked={role === one}
              onChange={() => setRole(one)}
            />
            <span>
              <strong>{one === Role.staff ? m.people.staff : m.people.user}</strong>
              <small>{one === Role.staff ? m.people.staffWhy : m.people.userWhy}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {action.state.kind === 'done' ? (
        <button type="button" class="quiet-button" onClick={onGiven}>
          {m.people.next}
        </button>
      ) : (
        <button
          type="button"
          class="main-button"
          disabled={action.busy}
          onClick={() => void give()}
        >
          {m.people.giveIt}
        </button>
      )}
      <ActionNote action={action} />
    </div>
  );
}
