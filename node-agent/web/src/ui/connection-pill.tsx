/**
 * The state of the connection in one small button: connected, connecting, or offline with the time
 * until the next try. Colour never stands alone; the word is always there.
 */
import { useEffect, useState } from 'preact/hooks';
import type { ConnectionState } from '../connection/connection.ts';
import { browserClock } from '../platform/browser-clock.ts';
import { t } from '../strings/index.ts';
import { model, openSheet } from './ui-state.ts';

/** Seconds until `retryAtMs` (monotonic), counted down while it is shown. */
function useCountdown(retryAtMs: number | undefined): number {
  const [now, setNow] = useState(browserClock.monotonicMs());
  useEffect(() => {
    if (retryAtMs === undefined) return;
    const timer = setInterval(() => setNow(browserClock.monotonicMs()), 1000);
    return () => clearInterval(timer);
  }, [retryAtMs]);
  return Math.max(0, Math.ceil(((retryAtMs ?? now) - now) / 1000));
}

export function useConnectionText(state: ConnectionState): string {
  const seconds = useCountdown(state.kind === 'offline' ? state.retryAtMs : undefined);
  if (state.kind === 'connected') return t.connection.connected;
  if (state.kind === 'offline' && seconds > 0) return t.connection.retryIn(seconds);
  if (state.kind === 'waiting') return t.connection.waiting(state.place);
  return state.kind === 'stopped' ? t.connection.offline : t.connection.connecting;
}

export function ConnectionPill() {
  const state = model.connection.value;
  const text = useConnectionText(state);
  const short = state.kind === 'offline' ? t.connection.offline : text;
  return (
    <button
      type="button"
      class={`pill pill-${state.kind}`}
      aria-label={text}
      onClick={() => openSheet({ kind: 'connection' })}
    >
      <span class="pill-dot" aria-hidden="true" />
      <span class="pill-text">{short}</span>
    </button>
  );
}
