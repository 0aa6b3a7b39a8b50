/**
 * What the sockets need of the part that serves staff and admins: an interface, so that sessions
 * know nothing of acts, claims and reports. Implemented in `admin/`.
 */
import type { PutAnswer } from '@muster/core';
import type { AdminMessage } from './admin-message.ts';
import type { Session } from './session.ts';

export interface StaffDesk {
  /** A session of staff or an admin has opened. */
  onOpen(session: Session): void;
  /** Any session that had opened: a guest's too may have watched, by a passkey. */
  onClosed(session: Session): void;
  /** Of any session: who may say what is judged there. */
  onMessage(session: Session, message: AdminMessage): void;
  /** The act that a session handed in is on disk here, or refused. */
  onActAnswer(session: Session, ref: string, answer: PutAnswer): void;
  /** Whether a sign-in by passkey (its token) lets this session see what admins see. */
  mayWatch(passkeyToken: string): boolean;
}
