/** A passphrase to type, hidden as it is typed. It is nowhere kept but in the field. */
interface PassphraseProps {
  readonly label: string;
  readonly value: string;
  /** A new one, so that the browser's password manager may offer to make and keep it. */
  readonly isNew?: boolean;
  readonly describedBy?: string;
  onInput(value: string): void;
}

export function PassphraseField({ label, value, isNew, describedBy, onInput }: PassphraseProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        type="password"
        value={value}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        aria-describedby={describedBy}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
