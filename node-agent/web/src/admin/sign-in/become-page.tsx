/**
 * How this phone becomes an admin's: code, passphrase, six digits, done. A key that was made before
 * and never got its certificate is used again, because the code knows it by now.
 */
import {
  type ClaimCode,
  ClockQuality,
  claimFaultText,
  decodeClaimCode,
  judgeClaimCode,
  type KeyPair,
} from '@muster/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ClientParts } from '../../app/client.ts';
import { a } from '../../strings/admin.en.ts';
import { model } from '../../ui/ui-state.ts';
import { AdminClaim } from '../claim/admin-claim.ts';
import { postClaim } from '../claim/claim-post.ts';
import { passphraseFault } from '../keys/choose-passphrase.ts';
import { deriveInWorker } from '../keys/derive-key.ts';
import { saveAdminKey } from '../keys/key-store.ts';
import { type AdminKeyRecord, openWithPassphrase, sealWithPassphrase } from '../keys/sealed-key.ts';
import { passphraseCost } from '../limits.ts';
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

interface Made {
  readonly pair: KeyPair;
  readonly record: AdminKeyRecord;
}

/** Makes a key and keeps it sealed. */
async function makeKey({ crypto, random, db }: ClientParts, passphrase: string): Promise<Made> {
  const pair = crypto.keyPairFromSeed(random.bytes(32));
  const derive = deriveInWorker(crypto);
  const choice = { passphrase, cost: passphraseCost };
  const lock = await sealWithPassphrase({ crypto, random, derive }, pair, choice);
  const certificate = new Uint8Array(0);
  const record: AdminKeyRecord = { key: pair.publicKey, certificate, passphrase: lock };
  await saveAdminKey(db, record);
  return { pair, record };
}

export function BecomePage({ parts, given, made, onAdmin }: BecomeProps) {
  const { crypto, clock, site, db, random } = parts;
  const [text, setText] = useState(given);
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [note, setNote] = useState('');
  const [isWorking, setWorking] = useState(false);
  const [claim, setClaim] = useState<AdminClaim>();
  const [code, setCode] = useState<ClaimCode>();
  const key = useRef<Made>(undefined);
  useEffect(() => () => claim?.stop(), [claim]);

  const read = (): ClaimCode | undefined => {
    const decoded = decodeClaimCode(crypto, text);
    const fault = decoded.ok
      ? judgeClaimCode(decoded.value, {
          ...{ kinds: ['admin'], site, quality: ClockQuality.device },
          unixMs: clock.wall().unixMs,
        })
      : decoded.reason;
    if (fault) setNote(`${claimFaultText[fault].message} ${claimFaultText[fault].mend}`);
    return fault || !decoded.ok ? undefined : decoded.value;
  };
  const openKey = async (): Promise<Made | undefined> => {
    if (!made) return makeKey(parts, passphrase);
    const derive = deriveInWorker(crypto);
    const pair = await openWithPassphrase({ crypto, derive }, made, passphrase);
    return pair && { pair, record: made };
  };
  const begin = async (event: Event) => {
    event.preventDefault();
    const readCode = read();
    if (!readCode) return;
    const fault = made ? undefined : passphraseFault(passphrase, again);
    if (fault) return setNote(a.passphrase[fault]);
    setWorking(true);
    key.current ??= await openKey().catch(() => undefined);
    setWorking(false);
    if (!key.current) return setNote(made ? a.passphrase.wrong : a.frame.storage);
    const name = model.self.value?.name ?? '';
    const options = { db, crypto, random, clock, name, version: __VERSION__, post: postClaim };
    const next = new AdminClaim(options);
    setCode(readCode);
    setClaim(next);
    void next.run(readCode, key.current.pair, key.current.record);
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
      <p class="field-note" id="passphrase-why">
        {made ? a.become.continued : `${a.become.choose} ${a.passphrase.why}`}
      </p>
      <PassphraseField
        label={a.passphrase.label}
        value={passphrase}
        isNew={!made}
        describedBy="passphrase-why"
        onInput={setPassphrase}
      />
      {!made && (
        <PassphraseField label={a.passphrase.again} value={again} isNew onInput={setAgain} />
      )}
      <p class="fault" role="alert">
        {note}
      </p>
      <button type="submit" class="main-button" disabled={isWorking}>
        {isWorking ? a.passphrase.working : a.become.begin}
      </button>
    </form>
  );
}
