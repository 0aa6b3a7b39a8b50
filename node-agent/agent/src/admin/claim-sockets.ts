/**
 * Claims over an admin's socket: what blank nodes post for the codes that a session awaits is
 * handed to its page, and the page's messages to blank nodes in reach. The node passes octets on
 * and can read none of them. All of it ends with the session.
 */
import { fromHex, type MusterError, toBase64url } from '@muster/core';
import type { ClaimDesk } from '../claim/desk.ts';
import type { SinkAnswer } from '../claim/sessions.ts';
import type { ClaimReachRequest, ClaimReplyRequest } from '../socket/admin-message.ts';
import type { Session } from '../socket/session.ts';
import { adminLimits } from './limits.ts';

interface OpenClaim {
  readonly close: () => void;
  /** Questions that wait for the page, by session of the claim; at most claimRepliesMax. */
  readonly asked: Map<string, (answer: SinkAnswer) => void>;
}

export class ClaimSockets {
  readonly #desk: Pick<ClaimDesk, 'open' | 'reach'>;
  /** By session of the socket, then by claim id in hex. */
  readonly #claims = new Map<Session, Map<string, OpenClaim>>();

  constructor(desk: Pick<ClaimDesk, 'open' | 'reach'>) {
    this.#desk = desk;
  }

  open(session: Session, id: string): void {
    const claims = this.#claims.get(session) ?? new Map<string, OpenClaim>();
    this.#claims.set(session, claims);
    if (claims.has(id)) return;
    if (claims.size >= adminLimits.claimsOpenMax) {
      session.refuse('claims-full', `at most ${adminLimits.claimsOpenMax} codes a session`);
      return;
    }
    const asked = new Map<string, (answer: SinkAnswer) => void>();
    try {
      const onMessage = (of: string, message: Uint8Array): Promise<SinkAnswer> =>
        this.#ask(session, { id, of, message, asked });
      const close = this.#desk.open(fromHex(id)!, { onMessage });
      claims.set(id, { close, asked });
    } catch (error) {
      session.refuse((error as MusterError).code ?? 'unexpected', (error as Error).message);
    }
  }

  close(session: Session, id: string): void {
    const claim = this.#claims.get(session)?.get(id);
    claim?.close();
    for (const answer of claim?.asked.values() ?? []) answer('later');
    this.#claims.get(session)?.delete(id);
  }

  onClosed(session: Session): void {
    for (const id of [...(this.#claims.get(session)?.keys() ?? [])]) this.close(session, id);
    this.#claims.delete(session);
  }

  reply(session: Session, { id, session: of, answer: given }: ClaimReplyRequest): void {
    const asked = this.#claims.get(session)?.get(id)?.asked;
    const answer = asked?.get(of);
    asked?.delete(of);
    answer?.(given);
  }

  async reach(session: Session, request: ClaimReachRequest): Promise<void> {
    const { ref, id, address, session: of, message } = request;
    const tell = (told: Readonly<Record<string, unknown>>): void =>
      session.send({ type: 'claim-answer', ref, ...told });
    try {
      const claimId = fromHex(id)!;
      const answer = await this.#desk.reach({ address, claimId, session: of, message });
      tell({ message: answer === 'later' ? null : toBase64url(answer) });
    } catch (error) {
      const { code = 'unexpected', message: text, mend = '' } = error as MusterError;
      tell({ message: null, error: { code, message: text, mend } });
    }
  }

  #ask(
    session: Session,
    {
      id,
      of,
      message,
      asked,
    }: { id: string; of: string; message: Uint8Array; asked: OpenClaim['asked'] },
  ): Promise<SinkAnswer> {
    asked.get(of)?.('later');
    const [oldest] = asked.size >= adminLimits.claimRepliesMax ? asked.keys() : [];
    if (oldest !== undefined) {
      asked.get(oldest)!('later');
      asked.delete(oldest);
    }
    return new Promise((resolve) => {
      asked.set(of, resolve);
      session.send({ type: 'claim-message', id, session: of, message: toBase64url(message) });
    });
  }
}
