/**
 * The control socket's messages: how commands of this machine's admin reach the running agent. One
 * request a connection, one line of JSON each way. Who may open the socket file is the admin.
 */
import { join } from 'node:path';
import type { DataFolder } from '../data-folder/data-folder.ts';

export interface ControlRequest {
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export type ControlAnswer =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error: { readonly code: string; readonly message: string; readonly mend: string };
    };

export const controlLimits = {
  /** A request: the longest is a site card or policy, 24 KiB, in text. */
  requestBytesMax: 256 * 1024,
  /** An answer: the outbox's list of dead letters is the longest. */
  answerBytesMax: 4 * 1024 * 1024,
  /** At once; more are closed. */
  connectionsMax: 16,
  /** Until the request is whole. */
  requestMsMax: 5_000,
  /** A test of an uplink takes the longest. */
  answerMsMax: 60_000,
} as const;

export function controlSocketOf(folder: Pick<DataFolder, 'path'>): string {
  return join(folder.path, 'control.sock');
}
