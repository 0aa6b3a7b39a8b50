/**
 * Tells the other tabs of this phone that something in the database changed, so that they read it
 * again. A hint only: everything stays right without it (old browsers), just later.
 */
export type TabHint =
  | 'outbox'
  | 'channels'
  /** The name changed, or the person has begun here. */
  | 'identity'
  /** The keys are gone or are others now: start over. */
  | 'keys';

export interface Tabs {
  tell(hint: TabHint): void;
  close(): void;
}

export function joinTabs(name: string, onHint: (hint: TabHint) => void): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { tell() {}, close() {} };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onHint(data as TabHint);
  return { tell: (hint) => channel.postMessage(hint), close: () => channel.close() };
}
