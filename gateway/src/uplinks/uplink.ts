/**
 * An uplink: one way out of the site (step 6 of a message's way). Relay and upstream MQTT are two;
 * more kinds come without touching the core. It carries what the outbox hands it and confirms each
 * once; it keeps nothing itself, and decides nothing about what may cross.
 */
import type { CarriedBundle, PutAnswer, ReadBundle } from '@muster/core';

export interface OutgoingBundle {
  readonly read: ReadBundle;
  /** Name of its channel, as the policy or the uplink's list has it. */
  readonly channel: string;
}

export type SendAnswer =
  /** The other side has it, durably as far as it promises that. */
  | { readonly ok: true }
  /** `retry`: the same bundle may be taken later. Otherwise it never will be. */
  | { readonly ok: false; readonly retry: boolean; readonly reason: string };

export interface UplinkEvents {
  onUp(): void;
  onDown(reason: string): void;
  /** A bundle came in; answered once it is on disk, or with the reason why it is not. */
  onBundle(bundle: CarriedBundle, onAnswer: (answer: PutAnswer) => void): void;
  /**
   * The other side was seen to have this bundle of ours, whoever sent it: it need not be sent.
   * `onKept` is called once that is remembered on disk.
   */
  onSeen(id: Uint8Array, onKept: () => void): void;
}

export interface UplinkStatus {
  readonly state: 'stopped' | 'connecting' | 'up' | 'down';
  /** Monotonic milliseconds at which it came into this state. */
  readonly sinceMs: number;
  /** Why it is not up, or what it cannot do although it is; empty when nothing is wrong. */
  readonly problem: string;
  readonly mend: string;
  /** Monotonic milliseconds of the next attempt; undefined when none is waited for. */
  readonly nextTryMs: number | undefined;
  /** Outside messages taken in since the start. */
  readonly received: number;
}

export interface Uplink {
  readonly name: string;
  readonly kind: 'relay' | 'mqtt';
  start(events: UplinkEvents): void;
  stop(): Promise<void>;
  /**
   * One bundle out, only while it is up. Answers exactly once; after `onDown` and `stop` it answers
   * nothing any more for what was under way.
   */
  send(item: OutgoingBundle, onAnswer: (answer: SendAnswer) => void): void;
  /** A bundle is on disk here. */
  onBundle?(bundle: ReadBundle): void;
  /** The site's policy changed. */
  onPolicy?(): void;
  /** The site's channels changed. */
  onChannels?(): void;
  status(): UplinkStatus;
}
