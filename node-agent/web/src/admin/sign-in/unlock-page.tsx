/** The admin key lies sealed on this phone: asks for what opens it. */
import type { KeyPair } from '@muster/core';
import { useState } from 'preact/hooks';
import type { ClientParts } from '../../app/client.ts';
import { a } from '../../strings/admin.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { LockIcon } from '../../ui/icons.tsx';
import { model } from '../../ui/ui-state.ts';
import { deriveInWorker } from '../keys/derive-key.ts';
import { askPasskey } from '../keys/passkey.ts';
import { type AdminKeyRecord, openWithPasskey, openWithPassphrase } from '../keys/sealed-key.ts';
import { ForgetKey } from './forget-key.tsx';
import { PassphraseField } from './passphrase-field.tsx';

interface UnlockProps {
  readonly parts: ClientParts;
  readonly record: AdminKeyRecord;
  onUnlocked(key: KeyPair): void;
  onForgotten(): void;
}

export function UnlockPage({ parts, record, onUnlocked, onForgotten }: UnlockProps) {
  const [passphrase, setPassphrase] = useState('');
  const [note, setNote] = useState('');
  const [isWorking, setWorking] = useState(false);
  const { crypto, random } = parts;
  const settle = (key: KeyPair | undefined) => {
    setWorking(false);
    if (key) onUnlocked(key);
    else setNote(a.passphrase.wrong);
  };
  const unlock = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    setNote('');
    const derive = deriveInWorker(crypto);
    settle(await openWithPassphrase({ crypto, derive }, record, passphrase));
  };
  const { passkey } = record;
  const usePasskey = async () => {
    if (!passkey) return;
    setNote('');
    const { credential, input } = passkey;
    const secret = await askPasskey(credential, input, random.bytes(32)).catch(() => undefined);
    const key = secret && openWithPasskey(crypto, record, secret);
    if (key) onUnlocked(key);
    else setNote(a.key.passkeyFailed);
  };
  return (
    <form class="admin-page admin-narrow" onSubmit={unlock}>
      <h1>{a.unlock.title}</h1>
      <p>{a.unlock.why(neutralName(model.siteName.value))}</p>
      {passkey && (
        <button type="button" class="main-button" onClick={() => void usePasskey()}>
          <LockIcon />
          {a.unlock.passkey}
        </button>
      )}
      <PassphraseField
        label={a.passphrase.label}
        value={passphrase}
        describedBy="unlock-note"
        onInput={(value) => {
          setPassphrase(value);
          setNote('');
        }}
      />
      <p class="fault" id="unlock-note" role="alert">
        {note}
      </p>
      <button
        type="submit"
        class={passkey ? 'quiet-button' : 'main-button'}
        disabled={isWorking || passphrase === ''}
      >
        {isWorking ? a.passphrase.working : a.unlock.button}
      </button>
      <ForgetKey db={parts.db} onForgotten={onForgotten} />
    </form>
  );
}
