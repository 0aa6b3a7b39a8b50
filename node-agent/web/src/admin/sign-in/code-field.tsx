/** A claim code to bring: scanned from a photo or with the camera, or pasted as text. */
import { QrInputs } from '../../ui/sheets/qr-inputs.tsx';

interface CodeProps {
  readonly label: string;
  readonly value: string;
  onInput(value: string): void;
  onNote(note: string): void;
}

export function CodeField({ label, value, onInput, onNote }: CodeProps) {
  return (
    <>
      <QrInputs onFound={onInput} onNote={onNote} />
      <label class="field">
        <span class="field-label">{label}</span>
        <input
          value={value}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </label>
    </>
  );
}
