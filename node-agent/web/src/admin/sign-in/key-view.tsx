/** The admin's own key: what it may, what unlocks it, and how to be rid of it. */
import { epochMax, Power, toHex } from '@muster/core';
import { useState } from 'preact/hooks';
import { a } from '../../strings/admin.en.ts';
import { longFingerprint } from '../../text/fingerprint.ts';
import { neutralName } from '../../text/neutral.ts';
import { LockIcon } from '../../ui/icons.tsx';
import { passphraseFault } from '../keys/choose-passphrase.ts';
import { deriveInWorker } from '../keys/derive-key.ts';
import { saveAdminKey } from '../keys/key-store.ts';
import { hindranceHere } from '../keys/passkey.ts';
import { type AdminKeyRecord, openWithPassphrase, sealWithPassphrase } from '../keys/sealed-key.ts';
import { passphraseCost } from '../limits.ts';
import type { AdminSession } from '../session/admin-session.ts';
import { ForgetKey } from './forget-key.tsx';
import { setUpPasskey } from './passkey-setup.ts';
import { PassphraseField } from './passphrase-field.tsx';

interface KeyViewProps {
  readonly session: AdminSession;
  readonly record: AdminKeyRecord;
  onRecord(record: AdminKeyRecord): void;
  onLock(): void;
  onForgotten(): void;
}

export function KeyView({ session, record, onRecord, onLock, onForgotten }: KeyViewProps) {
  const { certificate } = session;
  const names = a.key.powerNames;
  const powers = (Object.keys(names) as (keyof typeof names)[])
    .filter((name) => session.may(Power[name]))
    .map((name) => names[name]);
  const isEndless = certificate.epoch >= epochMax;
  return (
    <>
      <dl class="facts admin-card">
        <dt>{a.key.name}</dt>
        <dd>
          <bdi>{neutralName(certificate.name)}</bdi>
        </dd>
        <dt>{a.key.fingerprint}</dt>
        <dd>
          <code class="fingerprint">{longFingerprint(toHex(record.key)).join(' ')}</code>
        </dd>
        <dt>{a.key.powers}</dt>
        <dd>{powers.join(', ') || a.key.noPowers}</dd>
        <dt>{a.key.ends}</dt>
        <dd>{isEndless ? a.key.endsNever : a.key.endsEpoch(certificate.epoch)}</dd>
      </dl>
      <PasskeyCard session={session} record={record} onRecord={onRecord} />
      <ChangePassphrase session={session} record={record} onRecord={onRecord} />
      <p class="field-note">{a.key.lockWhy}</p>
      <button type="button" class="quiet-button" onClick={onLock}>
        <LockIcon />
        {a.frame.lock}
      </button>
      <ForgetKey db={session.parts.db} onForgotten={onForgotten} />
    </>
  );
}

type CardProps = Pick<KeyViewProps, 'session' | 'record' | 'onRecord'>;

function PasskeyCard({ session, record, onRecord }: CardProps) {
  const [note, setNote] = useState('');
  const hindrance = hindranceHere();
  const setUp = async () => {
    setNote('');
    const outcome = await setUpPasskey(session, record, session.issuer.key);
    if (outcome.ok) onRecord(outcome.record);
    setNote(outcome.ok ? a.key.passkeyMade : a.key[outcome.reason]);
  };
  const drop = async () => {
    const { passkey: _, ...rest } = record;
    await saveAdminKey(session.parts.db, rest);
    onRecord(rest);
    setNote(a.key.passkeyDropped);
  };
  return (
    <section class="admin-card">
      <h2>{a.key.passkey}</h2>
      <p>{record.passkey ? a.key.passkeyOn : a.key.passkeyWhy}</p>
      {hindrance && <p class="field-note">{a.key.hindrance[hindrance]}</p>}
      {!hindrance && !record.passkey && (
        <button type="button" class="quiet-button" onClick={() => void setUp()}>
          {a.key.passkeyMake}
        </button>
      )}
      {record.passkey && (
        <button type="button" class="quiet-button" onClick={() => void drop()}>
          {a.key.passkeyDrop}
        </button>
      )}
      <p class="field-note" role="status">
        {note}
      </p>
    </section>
  );
}

function ChangePassphrase({ session, record, onRecord }: CardProps) {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [note, setNote] = useState('');
  const [isWorking, setWorking] = useState(false);
  const { crypto, random, db } = session.parts;
  const change = async (event: Event) => {
    event.preventDefault();
    const fault = passphraseFault(next, again);
    if (fault) return setNote(a.passphrase[fault]);
    setWorking(true);
    const derive = deriveInWorker(crypto);
    const pair = await openWithPassphrase({ crypto, derive }, record, old);
    if (pair) {
      const choice = { passphrase: next, cost: passphraseCost };
      const passphrase = await sealWithPassphrase({ crypto, random, derive }, pair, choice);
      await saveAdminKey(db, { ...record, passphrase });
      onRecord({ ...record, passphrase });
      for (const empty of [setOld, setNext, setAgain]) empty('');
    }
    setWorking(false);
    setNote(pair ? a.key.changed : a.passphrase.wrong);
  };
  return (
    <details class="admin-card">
      <summary>{a.key.change}</summary>
      <form class="stack" onSubmit={change}>
        <PassphraseField label={a.key.old} value={old} onInput={setOld} />
        <PassphraseField
          label={a.passphrase.newLabel}
          value={next}
          isNew
          describedBy="new-passphrase-why"
          onInput={setNext}
        />
        <p class="field-note" id="new-passphrase-why">
          {a.passphrase.why}
        </p>
        <PassphraseField label={a.passphrase.again} value={again} isNew onInput={setAgain} />
        <p class="field-note" role="status">
          {note}
        </p>
        <button type="submit" class="main-button" disabled={isWorking}>
          {isWorking ? a.passphrase.working : a.key.save}
        </button>
      </form>
    </details>
  );
}
