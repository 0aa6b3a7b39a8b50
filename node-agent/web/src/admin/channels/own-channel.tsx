/** A channel that this person made: its topic, and who else may write announcements in it. */
import { decodePersonCode, fromHex, nameLimits, toHex, utf8 } from '@muster/core';
import { useState } from 'preact/hooks';
import type { ChannelRecord } from '../../storage/records.ts';
import { t } from '../../strings/index.ts';
import { m } from '../../strings/site.en.ts';
import { neutralName, neutralText } from '../../text/neutral.ts';
import { KeyMark, KeyTag } from '../../ui/key-mark.tsx';
import { client, model } from '../../ui/ui-state.ts';
import type { AdminSession } from '../session/admin-session.ts';

interface OwnProps {
  readonly session: AdminSession;
  readonly channel: ChannelRecord;
}

export function OwnChannel({ session, channel }: OwnProps) {
  const [topic, setTopic] = useState(channel.topic);
  const [writers, setWriters] = useState(channel.writers.map(toHex));
  const [note, setNote] = useState('');
  const name = neutralName(channel.name);
  const before = channel.writers.map(toHex).join();
  const isNew = topic !== channel.topic || writers.join() !== before;
  const save = async (event: Event) => {
    event.preventDefault();
    const plain = neutralText(topic);
    if (utf8(plain).length > nameLimits.topicBytesMax) return setNote(m.channels.topicLong);
    const keys = writers.map((key) => fromHex(key)!);
    await client.value?.describeChannel(toHex(channel.tag), { topic: plain, writers: keys });
    setNote(m.channels.saved);
  };
  return (
    <form class="own-channel" onSubmit={save}>
      <h3>
        <bdi>{name}</bdi> <small>{t.kind[channel.kind]}</small>
      </h3>
      <label class="field">
        <span class="field-label">{m.channels.topic}</span>
        <input value={topic} onInput={(event) => setTopic(event.currentTarget.value)} />
      </label>
      {channel.kind === 'announcement' && (
        <Writers session={session} writers={writers} onWriters={setWriters} onNote={setNote} />
      )}
      <button type="submit" class="quiet-button" disabled={!isNew}>
        {m.channels.save}
      </button>
      <p class="field-note" role="status">
        {note}
      </p>
    </form>
  );
}

interface WritersProps {
  readonly session: AdminSession;
  readonly writers: readonly string[];
  onWriters(writers: string[]): void;
  onNote(note: string): void;
}

function Writers({ session, writers, onWriters, onNote }: WritersProps) {
  const [code, setCode] = useState('');
  const add = () => {
    const person = decodePersonCode(session.parts.crypto, code);
    const key = person && toHex(person.key);
    if (key === undefined) return onNote(m.people.notAKey);
    if (writers.length >= nameLimits.writersMax) return onNote(m.channels.writersFull);
    onNote('');
    setCode('');
    onWriters([...new Set([...writers, key])]);
  };
  const nameOf = (key: string) =>
    model.people.value.find(({ device }) => toHex(device) === key)?.name ?? '';
  return (
    <fieldset class="writers">
      <legend class="field-label">{m.channels.writers}</legend>
      <p class="field-note">{m.channels.writersWhy}</p>
      <ul class="people">
        {writers.map((key) => (
          <li key={key} class="person">
            <KeyMark keyHex={key} />
            <span class="person-name">
              <bdi>{neutralName(nameOf(key))}</bdi>
            </span>
            <KeyTag keyHex={key} />
            <button
              type="button"
              class="small-button"
              onClick={() => onWriters(writers.filter((one) => one !== key))}
            >
              {m.channels.removeWriter}
            </button>
          </li>
        ))}
      </ul>
      <div class="inline-form">
        <label class="field">
          <span class="field-label">{m.people.code}</span>
          <input
            value={code}
            autoComplete="off"
            spellcheck={false}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        </label>
        <button type="button" class="small-button" disabled={code === ''} onClick={add}>
          {m.channels.addWriter}
        </button>
      </div>
    </fieldset>
  );
}
