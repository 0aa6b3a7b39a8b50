/**
 * What an admin is told of uplinks and outboxes: the answers of the commands `uplink.*` and
 * `outbox.*` of the control socket, and the words of `muster uplink` and `muster doctor`. No
 * secrets: an address never holds a password.
 */

export interface UplinkInfo {
  readonly name: string;
  readonly kind: 'relay' | 'mqtt';
  /** Without credentials. */
  readonly address: string;
  readonly state: 'up' | 'connecting' | 'down' | 'paused';
  /** How long it has been so. */
  readonly sinceMs: number;
  /** Not confirmed yet by the other side. */
  readonly waiting: WaitingCount;
  readonly waitingByLane: Readonly<Record<'urgent' | 'normal' | 'bulk', WaitingCount>>;
  /** Confirmed by the other side, and taken in from it, since the gateway started. */
  readonly sent: number;
  readonly received: number;
  readonly deadLetters: number;
  /** Let go because there were too many. */
  readonly deadLettersForgotten: number;
  /** Why it does not work, in words; empty when it does. */
  readonly problem: string;
  /** What to do about it; empty when nothing. */
  readonly mend: string;
  /** Until the next try; undefined while none is planned. */
  readonly retryInMs?: number;
}

export interface WaitingCount {
  readonly bundles: number;
  readonly bytes: number;
}

export interface DeadLetterInfo {
  /** Bundle id, base64url. */
  readonly id: string;
  readonly uplink: string;
  /** Name where it is known, else the tag in base64url. */
  readonly channel: string;
  /** Key of its author, base64url. */
  readonly author: string;
  readonly reason: string;
  readonly attempts: number;
  /** How long ago it was given up. */
  readonly ageMs: number;
}

/** One step of `uplink.test`, in the order in which they are tried. */
export interface CheckStep {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
  readonly mend?: string;
}
