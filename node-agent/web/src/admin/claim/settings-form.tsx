/** What a new node is to be: typed, looked at as a list of changes, then confirmed. */
import type { ProvisionChange, ProvisionSettings } from '@muster/core';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { a } from '../../strings/admin.en.ts';
import { Changes } from './changes.tsx';
import type { NodeClaim } from './node-claim.ts';
import { type DraftFault, type SettingsDraft, settingsOf } from './settings-draft.ts';

interface FormProps {
  readonly claim: NodeClaim;
  readonly first: SettingsDraft;
}

interface Previewed {
  readonly settings: ProvisionSettings;
  readonly changes: readonly ProvisionChange[];
}

export function SettingsForm({ claim, first }: FormProps) {
  const [draft, setDraft] = useState(first);
  const [fault, setFault] = useState<DraftFault | 'other'>();
  const [previewed, setPreviewed] = useState<Previewed>();
  if (previewed) {
    return (
      <Preview
        changes={previewed.changes}
        onEdit={() => setPreviewed(undefined)}
        onConfirm={() => claim.confirm(previewed.settings)}
      />
    );
  }
  const show = (event: Event) => {
    event.preventDefault();
    const read = settingsOf(draft);
    if (!read.ok) return setFault(read.fault);
    const { settings } = read;
    const changes = claim.preview(settings);
    if (!changes) return setFault('other');
    setPreviewed({ settings, changes });
  };
  const set = (change: Partial<SettingsDraft>) => {
    setDraft({ ...draft, ...change });
    setFault(undefined);
  };
  return (
    <form class="stack" onSubmit={show}>
      <Text label={a.settings.name} value={draft.name} onInput={(name) => set({ name })} />
      <Roles draft={draft} set={set} />
      <Text
        label={a.settings.channels}
        value={draft.channels}
        onInput={(channels) => set({ channels })}
      />
      <Wifi draft={draft} set={set} />
      <More draft={draft} set={set} />
      <p class="fault" role="alert">
        {fault && a.settings.faults[fault]}
      </p>
      <button type="submit" class="main-button">
        {a.settings.preview}
      </button>
    </form>
  );
}

interface PartProps {
  readonly draft: SettingsDraft;
  set(change: Partial<SettingsDraft>): void;
}

function Roles({ draft, set }: PartProps) {
  return (
    <Choice
      legend={a.settings.role}
      name="role"
      options={a.settings.roles}
      chosen={draft.role}
      onChoose={(role) => set({ role })}
    >
      <p class="field-note choices-note">{a.settings.roleWhy[draft.role]}</p>
    </Choice>
  );
}

function Wifi({ draft, set }: PartProps) {
  return (
    <>
      <Choice
        legend={a.settings.wifi}
        name="wifi"
        options={a.settings.wifiModes}
        chosen={draft.wifi}
        onChoose={(wifi) => set({ wifi })}
      />
      {draft.wifi !== 'none' && (
        <>
          <Text label={a.settings.ssid} value={draft.ssid} onInput={(ssid) => set({ ssid })} />
          <Text
            label={a.settings.password}
            value={draft.password}
            onInput={(password) => set({ password })}
          />
          <Text
            label={a.settings.country}
            value={draft.country}
            onInput={(country) => set({ country })}
          />
        </>
      )}
    </>
  );
}

function More({ draft, set }: PartProps) {
  return (
    <details>
      <summary>{a.settings.more}</summary>
      <div class="stack">
        <Lines
          label={a.settings.uplinks}
          value={draft.uplinks}
          onInput={(uplinks) => set({ uplinks })}
        />
        <Lines
          label={a.settings.bootstrap}
          value={draft.bootstrap}
          onInput={(bootstrap) => set({ bootstrap })}
        />
        <Text
          label={a.settings.hostNames}
          value={draft.hostNames}
          onInput={(hostNames) => set({ hostNames })}
        />
      </div>
    </details>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  onInput(value: string): void;
}

function Text({ label, value, onInput }: FieldProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        value={value}
        autoComplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

function Lines({ label, value, onInput }: FieldProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <textarea
        rows={2}
        value={value}
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly options: Readonly<Record<T, string>>;
  readonly chosen: T;
  readonly children?: ComponentChildren;
  onChoose(choice: T): void;
}

function Choice<T extends string>(props: ChoiceProps<T>) {
  const { legend, name, options, chosen, children, onChoose } = props;
  return (
    <fieldset class="choices choices-row">
      <legend class="field-label">{legend}</legend>
      {(Object.keys(options) as T[]).map((one) => (
        <label key={one} class="choice">
          <input type="radio" name={name} checked={chosen === one} onChange={() => onChoose(one)} />
          <span>{options[one]}</span>
        </label>
      ))}
      {children}
    </fieldset>
  );
}

interface PreviewProps {
  readonly changes: readonly ProvisionChange[];
  onEdit(): void;
  onConfirm(): void;
}

function Preview({ changes, onEdit, onConfirm }: PreviewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div class="stack">
      <h3 ref={heading} tabIndex={-1}>
        {a.settings.previewTitle}
      </h3>
      <Changes changes={changes} />
      <div class="row-buttons">
        <button type="button" class="quiet-button" onClick={onEdit}>
          {a.settings.edit}
        </button>
        <button type="button" class="main-button" onClick={onConfirm}>
          {a.settings.confirm}
        </button>
      </div>
    </div>
  );
}
