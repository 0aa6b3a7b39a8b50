/**
 * What the rig asks of its probe in a phone's namespace, and what comes back (Node IPC messages).
 */
import type { StaffKey } from '../site.ts';

export interface ProbeRequests {
  /** Undefined while the box does not answer. */
  status: { args: Record<string, never>; result: BoxStatus | undefined };
  /** Writes as staff into `general`; resolves when each is held. Ids in hexadecimal. */
  write: { args: { staff: StaffKey; count: number; label: string }; result: string[] };
  /** Writes one message every `everyMs`; resolves with id and time of writing of each. */
  trickle: {
    args: { staff: StaffKey; count: number; everyMs: number; channel?: string; label?: string };
    result: Sent[];
  };
  /** Begins to note when each bundle of `general` arrives. */
  listen: { args: Record<string, never>; result: null };
  /** What `listen` noted so far: id in hexadecimal and time of arrival. */
  arrivals: { args: Record<string, never>; result: Sent[] };
  /** Ids of `general` in the one order, oldest first. */
  timeline: { args: Record<string, never>; result: string[] };
  /** Texts of a channel by its name (news, news@venue) in the one order, oldest first. */
  texts: { args: { channel: string }; result: string[] };
  /** Names of the channels that the box lists. */
  channels: { args: Record<string, never>; result: string[] };
}

export interface Sent {
  readonly id: string;
  readonly atMs: number;
  readonly text?: string;
}

export interface BoxStatus {
  readonly held: number;
  readonly live: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly contentBytes: number;
}

export type ProbeVerb = keyof ProbeRequests;

export interface ProbeRequest {
  readonly number: number;
  readonly verb: ProbeVerb;
  readonly args: Record<string, unknown>;
}

export interface ProbeAnswer {
  readonly number: number;
  readonly result?: unknown;
  readonly error?: string;
}
