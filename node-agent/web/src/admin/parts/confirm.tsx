/**
 * A step that hurts when it is taken by mistake: the button only opens the question, which says
 * what will happen; for the worst the person types a name. Nothing is done before the second press.
 */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';

interface ConfirmProps {
  /** On the button that opens the question, and on the one that does it. */
  readonly label: string;
  readonly question: string;
  /** What has to be typed; without it a second press is enough. */
  readonly typed?: string;
  readonly disabled?: boolean;
  onConfirm(): void;
}

export function Confirm({ label, question, typed, disabled = false, onConfirm }: ConfirmProps) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <button type="button" class="danger-button" disabled={disabled} onClick={() => setOpen(true)}>
        {label}
      </button>
    );
  }
  const confirm = () => {
    setOpen(false);
    onConfirm();
  };
  return (
    <Question
      label={label}
      question={question}
      typed={typed}
      onConfirm={confirm}
      onCancel={() => setOpen(false)}
    />
  );
}

interface QuestionProps {
  readonly label: string;
  readonly question: string;
  readonly typed: string | undefined;
  onConfirm(): void;
  onCancel(): void;
}

function Question({ label, question, typed, onConfirm, onCancel }: QuestionProps) {
  const [text, setText] = useState('');
  const id = useId();
  const first = useRef<HTMLInputElement & HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const matches = typed === undefined || text.trim().toLowerCase() === typed.trim().toLowerCase();
  return (
    <form
      class="question"
      aria-labelledby={id}
      onSubmit={(event) => {
        event.preventDefault();
        if (matches) onConfirm();
      }}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <p id={id}>{question}</p>
      {typed !== undefined && (
        <label class="field">
          <span class="field-label">{m.action.type(typed)}</span>
          <input
            ref={first}
            value={text}
            autoComplete="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      )}
      <div class="row-buttons">
        <button
          type="button"
          class="quiet-button"
          ref={typed === undefined ? first : null}
          onClick={onCancel}
        >
          {m.action.cancel}
        </button>
        <button type="submit" class="danger-button" disabled={!matches}>
          {label}
        </button>
      </div>
    </form>
  );
}
