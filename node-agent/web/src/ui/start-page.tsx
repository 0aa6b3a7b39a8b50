/** The first page of a new person, and what is shown when there is nothing to start with yet. */
import { useState } from 'preact/hooks';
import type { Phase } from '../app/view-model.ts';
import { nameBytesLeft } from '../identity/keys.ts';
import { t } from '../strings/index.ts';
import { neutralName } from '../text/neutral.ts';
import { Mark, ShieldIcon } from './icons.tsx';
import { client, model, openSheet } from './ui-state.ts';

export function StartPage({ onNamed }: { onNamed(): void }) {
  const [name, setName] = useState('');
  const [fault, setFault] = useState('');
  const [making, setMaking] = useState(false);
  const begin = async (event: Event) => {
    event.preventDefault();
    const plain = neutralName(name);
    if (plain === '') return setFault(t.start.nameMissing);
    if (nameBytesLeft(plain) < 0) return setFault(t.start.nameTooLong);
    setMaking(true);
    try {
      await client.value?.begin(plain);
      onNamed();
    } catch {
      setMaking(false);
      setFault(t.compose.storage);
    }
  };
  return (
    <main class="start">
      <Mark />
      <form class="start-card" onSubmit={begin} noValidate>
        <p class="start-at">
          {model.siteName.value !== '' && t.start.at(neutralName(model.siteName.value))}
        </p>
        <h1>{t.start.title}</h1>
        <label class="field">
          <span class="field-label">{t.start.label}</span>
          <input
            value={name}
            placeholder={t.start.placeholder}
            maxLength={64}
            autoComplete="nickname"
            autoCapitalize="words"
            spellcheck={false}
            aria-invalid={fault !== ''}
            aria-describedby="start-why start-fault"
            onInput={(event) => {
              setName(event.currentTarget.value);
              setFault('');
            }}
          />
        </label>
        <p class="fault" id="start-fault" role="alert">
          {fault}
        </p>
        <button type="submit" class="main-button" disabled={making}>
          {making ? t.start.making : t.start.button}
        </button>
        <p class="start-why" id="start-why">
          {t.start.why}
        </p>
      </form>
      {!model.persistent.value && <p class="start-warning">{t.safety.memory}</p>}
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'safety' })}>
        <ShieldIcon />
        {t.safety.open}
      </button>
    </main>
  );
}

const failures = {
  browser: t.start.failedBrowser,
  crypto: t.start.failedCrypto,
  storage: t.start.failedStorage,
} as const;

export function Waiting({ phase, onAgain }: { phase: Phase; onAgain(): void }) {
  if (phase.kind === 'starting') {
    return (
      <main class="start">
        <Mark />
        <p class="start-status" role="status">
          {t.start.looking}
        </p>
      </main>
    );
  }
  const failed = phase.kind === 'failed';
  return (
    <main class="start">
      <Mark />
      <div class="start-card">
        <h1>{failed ? t.start.failed : t.start.noNode}</h1>
        <p>{failed ? failures[phase.reason] : t.start.noNodeWhy}</p>
        {failed && phase.reason === 'browser' ? (
          <p>
            <code class="address">{location.origin}</code>
          </p>
        ) : (
          <button type="button" class="main-button" onClick={onAgain}>
            {t.start.again}
          </button>
        )}
      </div>
    </main>
  );
}
