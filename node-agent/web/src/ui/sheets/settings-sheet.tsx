/** The person's own matters: name, appearance, what is kept here, and a way to leave no trace. */
import { useEffect, useState } from 'preact/hooks';
import { forgetSite, themes } from '../../app/known-site.ts';
import { nameBytesLeft } from '../../identity/keys.ts';
import { t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { longFingerprint } from '../../text/fingerprint.ts';
import { neutralName } from '../../text/neutral.ts';
import { QrIcon, ShieldIcon, SiteIcon } from '../icons.tsx';
import { adminHash } from '../route.ts';
import { SheetFrame } from '../sheet.tsx';
import { client, closeSheet, model, openSheet, setTheme, theme } from '../ui-state.ts';

declare const __VERSION__: string;

function NameField() {
  const [name, setName] = useState(model.self.value?.name ?? '');
  const [note, setNote] = useState('');
  const save = async (event: Event) => {
    event.preventDefault();
    const plain = neutralName(name);
    if (plain === '') return setNote(t.start.nameMissing);
    if (nameBytesLeft(plain) < 0) return setNote(t.start.nameTooLong);
    setName(plain);
    await client.value?.rename(plain);
    setNote(s.settings.saved);
  };
  return (
    <form class="inline-form" onSubmit={save}>
      <label class="field">
        <span class="field-label">{s.settings.name}</span>
        <input
          value={name}
          maxLength={64}
          autoComplete="nickname"
          spellcheck={false}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="small-button" disabled={name === model.self.value?.name}>
        {s.settings.save}
      </button>
      <p class="field-note" role="status">
        {note}
      </p>
    </form>
  );
}

function ThemeField() {
  return (
    <fieldset class="choices choices-row">
      <legend class="field-label">{s.settings.theme}</legend>
      {themes.map((one) => (
        <label key={one} class="choice">
          <input
            type="radio"
            name="theme"
            checked={theme.value === one}
            onChange={() => setTheme(one)}
          />
          <span>{s.settings.themes[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Undefined where the browser does not say (plain http). */
async function storedMegabytes(): Promise<string | undefined> {
  const usage = (await navigator.storage?.estimate?.())?.usage;
  return usage === undefined ? undefined : (usage / 1e6).toFixed(1);
}

export function SettingsSheet() {
  const [stored, setStored] = useState<string>();
  useEffect(() => {
    void storedMegabytes().then(setStored, () => undefined);
  }, []);
  const self = model.self.value;
  const waiting = model.outbox.value.filter((entry) => entry.state === 'waiting').length;
  return (
    <SheetFrame title={s.settings.title}>
      <NameField />
      <ThemeField />
      {(!model.persistent.value || model.storageFailed.value) && (
        <p class="callout callout-warn">
          {model.persistent.value ? s.settings.full : s.settings.memory}
        </p>
      )}
      <dl class="facts">
        <dt>{s.settings.key}</dt>
        <dd>
          <code class="fingerprint">{self && longFingerprint(self.key).join(' ')}</code>
        </dd>
        <dt>{s.settings.storage}</dt>
        <dd>{stored === undefined ? s.settings.storageUnknown : s.settings.storageUsed(stored)}</dd>
        <dt>{s.settings.waiting}</dt>
        <dd>{waiting}</dd>
      </dl>
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'safety' })}>
        <ShieldIcon />
        {s.settings.safety}
      </button>
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'my-key' })}>
        <QrIcon />
        {s.myKey.open}
      </button>
      <a class="quiet-button" href={adminHash()} onClick={closeSheet}>
        <SiteIcon />
        {s.settings.admin}
      </a>
      <button type="button" class="danger-button" onClick={() => openSheet({ kind: 'forget' })}>
        {s.settings.forget}
      </button>
      <p class="version">{s.settings.version(__VERSION__)}</p>
    </SheetFrame>
  );
}

/** Asked once more, because nobody can bring keys back. */
export function ForgetSheet() {
  const waiting = model.outbox.value.filter((entry) => entry.state === 'waiting').length;
  const forget = async () => {
    await client.value?.forget();
    forgetSite();
    location.assign('/');
  };
  return (
    <SheetFrame title={s.settings.forget}>
      <p>{s.settings.forgetWhy}</p>
      {waiting > 0 && <p class="callout callout-warn">{s.settings.forgetWaiting(waiting)}</p>}
      <div class="sheet-actions">
        <button type="button" class="quiet-button" onClick={closeSheet}>
          {t.sheet.cancel}
        </button>
        <button type="button" class="danger-button" onClick={() => void forget()}>
          {s.settings.forgetConfirm}
        </button>
      </div>
    </SheetFrame>
  );
}
