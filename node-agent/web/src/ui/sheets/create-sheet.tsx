/** Makes a channel: its name, its topic, and who can read and write. */
import { ChannelKind, nameLimits, toHex, utf8 } from '@muster/core';
import { useState } from 'preact/hooks';
import { nameBytesLeft } from '../../identity/keys.ts';
import { kindNames } from '../../storage/records.ts';
import { t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { neutralName, neutralText } from '../../text/neutral.ts';
import { goToChannel } from '../route.ts';
import { SheetFrame } from '../sheet.tsx';
import { client, closeSheet } from '../ui-state.ts';

const kinds = [ChannelKind.public, ChannelKind.private, ChannelKind.announcement] as const;

export function CreateSheet() {
  const [name, setName] = useState('');
  const [topic, setTopic] = useState('');
  const [kind, setKind] = useState<ChannelKind>(ChannelKind.public);
  const [fault, setFault] = useState('');
  const create = async (event: Event) => {
    event.preventDefault();
    const wish = { kind, name: neutralName(name), topic: neutralText(topic) };
    if (wish.name === '') return setFault(s.create.nameMissing);
    if (nameBytesLeft(wish.name) < 0) return setFault(s.create.nameTooLong);
    if (utf8(wish.topic).length > nameLimits.topicBytesMax) return setFault(s.create.topicTooLong);
    const made = await client.value?.createChannel(wish);
    if (!made) return setFault(t.list.full);
    closeSheet();
    goToChannel(toHex(made.tag));
  };
  return (
    <SheetFrame title={s.create.title}>
      <form class="stack" onSubmit={create} noValidate>
        <label class="field">
          <span class="field-label">{s.create.name}</span>
          <input
            value={name}
            placeholder={s.create.namePlaceholder}
            maxLength={64}
            autoComplete="off"
            onInput={(event) => {
              setName(event.currentTarget.value);
              setFault('');
            }}
          />
        </label>
        <label class="field">
          <span class="field-label">{s.create.topic}</span>
          <input
            value={topic}
            placeholder={s.create.topicPlaceholder}
            maxLength={256}
            autoComplete="off"
            onInput={(event) => setTopic(event.currentTarget.value)}
          />
        </label>
        <fieldset class="choices">
          <legend class="field-label">{s.create.who}</legend>
          {kinds.map((one) => (
            <label key={one} class="choice choice-tall">
              <input
                type="radio"
                name="kind"
                checked={kind === one}
                onChange={() => setKind(one)}
              />
              <span>
                <strong>{t.kind[kindNames[one]]}</strong>
                <small>{s.kindWhy[kindNames[one]]}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <p class="fault" role="alert">
          {fault}
        </p>
        <button type="submit" class="main-button">
          {s.create.button}
        </button>
        <p class="field-note">{s.create.shortLife}</p>
      </form>
    </SheetFrame>
  );
}
