/**
 * What becomes of something that an admin asked for: it is under way, it is done, or it failed and
 * why. One at a time for each place; the words stand where the button is, and are told aloud.
 */
import { useState } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';
import { neutralText } from '../../text/neutral.ts';
import type { ActResult } from '../session/admin-session.ts';

type State =
  | { readonly kind: 'idle' | 'busy' }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string; readonly mend: string };

export interface Action {
  readonly state: State;
  readonly busy: boolean;
  /** Resolves to the answer, also when it is a fault. `done`: what to say when it went well. */
  run(task: () => Promise<ActResult>, done: string): Promise<ActResult>;
  /** Something is wrong with what was typed. */
  fail(message: string): void;
  clear(): void;
}

export function useAction(): Action {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const run = async (task: () => Promise<ActResult>, done: string): Promise<ActResult> => {
    setState({ kind: 'busy' });
    const result = await task();
    if (!result.ok) setState({ kind: 'failed', message: result.message, mend: result.mend });
    else setState({ kind: 'done', text: result.sent ? `${done} ${m.action.sent}` : done });
    return result;
  };
  return {
    state,
    busy: state.kind === 'busy',
    run,
    fail: (message) => setState({ kind: 'failed', message, mend: '' }),
    clear: () => setState({ kind: 'idle' }),
  };
}

export function ActionNote({ action: { state } }: { action: Action }) {
  return (
    <div class="action-note" aria-live="polite">
      {state.kind === 'busy' && <p class="field-note">{m.action.busy}</p>}
      {state.kind === 'done' && <p class="action-done">{state.text}</p>}
      {state.kind === 'failed' && (
        <p class="fault">{neutralText(`${state.message} ${state.mend}`)}</p>
      )}
    </div>
  );
}
