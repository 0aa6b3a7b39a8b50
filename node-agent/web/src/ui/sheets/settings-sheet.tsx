/** The person's own matters: name, appearance, what is kept here, and a way to leave no trace. */
import { useEffect, useState } from 'preact/hooks';
import { forgetSite, themes } from '../../app/known-site.ts';
import { nameBytesLeft } from '../../identity/keys.ts';
import { t } from '../../strings/index.ts';
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
    setNote(t.settings.saved);
  };
  return (
    <form class="inline-form" onSubmit={save}>
      <label class="field">
        <span class="field-label">{t.settings.name}</span>
        <input
          value={name}
          maxLength={64}
          autoComplete="nickname"
          spellcheck={false}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="small-button" disabled={name === model.self.value?.name}>
        {t.settings.save}
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
      <legend class="field-label">{t.settings.theme}</legend>
      {themes.map((one) => (
        <label key={one} class="choice">
          <input
            type="radio"
            name="theme"
            checked={theme.value === one}
            onChange={() => setTheme(one)}
          />
          <span>{t.settings.themes[one]}</span>
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
    <SheetFrame title={t.settings.title}>
      <NameField />
      <ThemeField />
      {(!model.persistent.value || model.storageFailed.value) && (
        <p class="callout callout-warn">
          {model.persistent.value ? t.settings.full : t.settings.memory}
        </p>
      )}
      <dl class="facts">
        <dt>{t.settings.key}</dt>
        <dd>
          <code class="fingerprint">{self && longFingerprint(self.key).join(' ')}</code>
        </dd>
        <dt>{t.settings.storage}</dt>
        <dd>{stored === undefined ? t.settings.storageUnknown : t.settings.storageUsed(stored)}</dd>
        <dt>{t.settings.waiting}</dt>
        <dd>{waiting}</dd>
      </dl>
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'safety' })}>
        <ShieldIcon />
        {t.settings.safety}
      </button>
      <button type="button" class="quiet-button" onClick={() => openSheet({ kind: 'my-key' })}>
        <QrIcon />
        {t.myKey.open}
      </button>
      <a class="quiet-button" href={adminHash()} onClick={closeSheet}>
        <SiteIcon />
        {t.settings.admin}
      </a>
      <button type="button" class="danger-button" onClick={() => openSheet({ kind: 'forget' })}>
        {t.settings.forget}
      </button>
      <p class="version">{t.settings.version(__VERSION__)}</p>
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
    <SheetFrame title={t.settings.forget}>
      <p>{t.settings.forgetWhy}</p>
      {waiting > 0 && <p class="callout callout-warn">{t.settings.forgetWaiting(waiting)}</p>}
      <div class="sheet-actions">
        <button type="button" class="quiet-button" onClick={closeSheet}>
          {t.sheet.cancel}
        </button>
        <button type="button" class="danger-button" onClick={() => void forget()}>
          {t.settings.forgetConfirm}
        </button>
      </div>
    </SheetFrame>
  );
}
