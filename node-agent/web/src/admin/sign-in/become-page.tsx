/**
 * How this phone becomes an admin's: code, passphrase, six digits, done. A key that was made before
 * and never got its certificate is used again, because the code knows it by now.
 */
import type { ClaimCode, KeyPair } from '@muster/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ClientParts } from '../../app/client.ts';
import { nameBytesLeft } from '../../identity/keys.ts';
import { a } from '../../strings/admin.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { model } from '../../ui/ui-state.ts';
import { AdminClaim } from '../claim/admin-claim.ts';
import { postClaim } from '../claim/claim-post.ts';
import { faultText } from '../claim/fault-text.ts';
import { readClaimCode } from '../claim/read-code.ts';
import { passphraseFault } from '../keys/choose-passphrase.ts';
import type { AdminKeyRecord } from '../keys/sealed-key.ts';
import { type OpenedKey, openAdminKey } from './admin-key.ts';
import { ClaimingSteps } from './claiming-steps.tsx';
import { CodeField } from './code-field.tsx';
import { PassphraseField } from './passphrase-field.tsx';

declare const __VERSION__: string;

interface BecomeProps {
  readonly parts: ClientParts;
  /** A code out of the address; may be empty. */
  readonly given: string;
  /** A key without a certificate, from an earlier try. */
  readonly made: AdminKeyRecord | undefined;
  onAdmin(record: AdminKeyRecord, key: KeyPair): void;
}

export function BecomePage({ parts, given, made, onAdmin }: BecomeProps) {
  const [text, setText] = useState(given);
  const known = model.self.value?.name ?? '';
  const [name, setName] = useState(known);
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [note, setNote] = useState('');
  const [isWorking, setWorking] = useState(false);
  const [claim, setClaim] = useState<AdminClaim>();
  const [code, setCode] = useState<ClaimCode>();
  const key = useRef<OpenedKey>(undefined);
  useEffect(() => () => claim?.stop(), [claim]);

  const begin = async (event: Event) => {
    event.preventDefault();
    const read = readClaimCode(parts, text, 'admin');
    if (!read.ok) return setNote(faultText(read.reason));
    const plainName = neutralName(name);
    if (plainName === '' || nameBytesLeft(plainName) < 0) return setNote(a.become.nameWrong);
    const fault = made ? undefined : passphraseFault(passphrase, again);
    if (fault) return setNote(a.passphrase[fault]);
    setWorking(true);
    key.current ??= await openAdminKey(parts, made, passphrase).catch(() => undefined);
    setWorking(false);
    if (!key.current) return setNote(made ? a.passphrase.wrong : a.frame.storage);
    const who = { name: plainName, version: __VERSION__ };
    const next = new AdminClaim({ ...parts, ...who, post: postClaim });
    setCode(read.value);
    setClaim(next);
    void next.run(read.value, key.current.pair, key.current.record);
  };

  if (claim && code) {
    return (
      <ClaimingSteps
        claim={claim}
        addresses={code.addresses}
        codeText={text}
        onAgain={() => setClaim(undefined)}
        onDone={(record) => onAdmin(record, key.current!.pair)}
      />
    );
  }
  return (
    <form class="admin-page admin-narrow" onSubmit={begin}>
      <h1>{a.become.title}</h1>
      <p>{a.become.why}</p>
      <CodeField
        label={a.become.code}
        value={text}
        onNote={setNote}
        onInput={(value) => {
          setText(value);
          setNote('');
        }}
      />
      {known === '' && <NameField value={name} onInput={setName} />}
      <Passphrases
        {...{ isMade: made !== undefined, first: passphrase, again }}
        {...{ onFirst: setPassphrase, onAgain: setAgain }}
      />
      <p class="fault" role="alert">
        {note}
      </p>
      <button type="submit" class="main-button" disabled={isWorking}>
        {isWorking ? a.passphrase.working : a.become.begin}
      </button>
    </form>
  );
}

/** For whoever has no name at this site yet. */
function NameField({ value, onInput }: { value: string; onInput(value: string): void }) {
  return (
    <label class="field">
      <span class="field-label">{a.become.name}</span>
      <input
        value={value}
        maxLength={64}
        autoComplete="nickname"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

interface PassphrasesProps {
  /** The key was made before, under the passphrase that is asked for now. */
  readonly isMade: boolean;
  readonly first: string;
  readonly again: string;
  onFirst(value: string): void;
  onAgain(value: string): void;
}

function Passphrases({ isMade, first, again, onFirst, onAgain }: PassphrasesProps) {
  return (
    <>
      <p class="field-note" id="passphrase-why">
        {isMade ? a.become.continued : `${a.become.choose} ${a.passphrase.why}`}
      </p>
      <PassphraseField
        label={a.passphrase.label}
        value={first}
        isNew={!isMade}
        describedBy="passphrase-why"
        onInput={onFirst}
      />
      {!isMade && (
        <PassphraseField label={a.passphrase.again} value={again} isNew onInput={onAgain} />
      )}
    </>
  );
}
