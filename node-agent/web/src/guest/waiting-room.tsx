/** For staff: who waits at their node to be let in, live; and a way to guest passes. */
import { toHex } from '@muster/core';
import type { Waiting } from '../connection/wire.ts';
import { s } from '../strings/sheet.en.ts';
import { neutralName } from '../text/neutral.ts';
import { QrIcon } from '../ui/icons.tsx';
import { KeyMark, KeyTag, Name } from '../ui/key-mark.tsx';
import { SheetFrame } from '../ui/sheet.tsx';
import { client, model, openSheet } from '../ui/ui-state.ts';

export function WaitingRoomSheet() {
  const people = model.guestsWaiting.value;
  return (
    <SheetFrame title={s.room.title}>
      <p>{people.length === 0 ? s.room.nobody : s.room.why}</p>
      <WaitingPeople
        people={people}
        onAnswer={(device, accept) => client.value?.admission.admit(device, accept)}
      />
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'guest-pass' })}>
        <QrIcon />
        {s.pass.make}
      </button>
    </SheetFrame>
  );
}

/** In the order in which they came. */
export function WaitingPeople(props: {
  readonly people: readonly Waiting[];
  onAnswer(device: Uint8Array, accept: boolean): void;
}) {
  const { people, onAnswer } = props;
  if (people.length === 0) return null;
  return (
    <ul class="people" aria-live="polite">
      {people.map(({ device, name }) => {
        const key = toHex(device);
        const plain = neutralName(name);
        return (
          <li key={key} class="waiting-person">
            <KeyMark keyHex={key} />
            <span class="person-name">
              <Name name={name} />
            </span>
            <KeyTag keyHex={key} />
            <button
              type="button"
              class="small-button"
              aria-label={s.room.letInOne(plain)}
              onClick={() => onAnswer(device, true)}
            >
              {s.room.letIn}
            </button>
            <button
              type="button"
              class="small-button"
              aria-label={s.room.notNowOne(plain)}
              onClick={() => onAnswer(device, false)}
            >
              {s.room.notNow}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
