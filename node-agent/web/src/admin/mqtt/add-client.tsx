/** Admits one more MQTT client at the gateway at hand, and shows its password this once. */
import { useState } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';
import { ActionNote, useAction } from '../parts/action.tsx';
import type { AdminSession } from '../session/admin-session.ts';
import { type AddedClient, readAdded } from './mqtt-answers.ts';

interface AddProps {
  readonly session: AdminSession;
  /** Key of the gateway, 32 bytes. */
  readonly node: Uint8Array;
  onAdded(name: string): void;
}

export function AddClient({ session, node, onAdded }: AddProps) {
  const [name, setName] = useState('');
  const [readOnly, setReadOnly] = useState(false);
  const [added, setAdded] = useState<AddedClient>();
  const action = useAction();
  const add = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') return action.fail(m.mqtt.nameMissing);
    const params = { name, readOnly };
    const result = await action.run(
      () => session.act({ command: 'mqtt.client.add', node, params }),
      m.mqtt.added(name),
    );
    if (!result.ok) return;
    setAdded(readAdded(result.result));
    setName('');
    onAdded(name);
  };
  return (
    <section class="admin-card" aria-labelledby="add-client-title">
      <h2 id="add-client-title">{m.mqtt.add}</h2>
      <form class="stack" onSubmit={add} noValidate>
        <label class="field">
          <span class="field-label">{m.mqtt.name}</span>
          <input
            value={name}
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={readOnly}
            onChange={(event) => setReadOnly(event.currentTarget.checked)}
          />
          <span>{m.mqtt.readOnly}</span>
        </label>
        <button type="submit" class="quiet-button" disabled={action.busy}>
          {m.mqtt.addIt}
        </button>
      </form>
      <ActionNote action={action} />
      {added && (
        <div class="callout callout-warn">
          <dl class="facts">
            <dt>{m.mqtt.name}</dt>
            <dd>
              <code>{added.name}</code>
            </dd>
            <dt>{m.mqtt.password}</dt>
            <dd>
              <code>{added.password}</code>
              <small>{m.mqtt.passwordWhy}</small>
            </dd>
            <dt>{m.mqtt.address}</dt>
            <dd>
              <code>{added.urls[0]}</code>
            </dd>
          </dl>
        </div>
      )}
    </section>
  );
}
