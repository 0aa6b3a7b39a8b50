/**
 * How this phone becomes an admin's: it made a key, brings the code that the root's keeper gave it,
 * shows the six digits, and gets the root's certificate. The key is sealed on the phone's disk
 * before the first octet goes out, so that a cut in between costs nothing but another try.
 */
import {
  type ClaimCode,
  type ClaimFault,
  type ClaimPhase,
  ClaimSubject,
  claimIdOf,
  type KeyPair,
  type SubjectAsk,
  toHex,
} from '@muster/core';
import { type Signal, signal } from '@preact/signals';
import { saveAdminKey } from '../keys/key-store.ts';
import type { AdminKeyRecord, SealParts } from '../keys/sealed-key.ts';
import type { AdminConnectionParts } from '../session/admin-connection.ts';
import { driveClaim, type Posted } from './claim-driver.ts';

export type AdminClaimState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'comparing'; readonly comparisonCode: string; readonly siteName: string }
  | { readonly kind: 'done'; readonly record: AdminKeyRecord }
  | { readonly kind: 'failed'; readonly fault: ClaimFault };

export interface AdminClaimParts
  extends Pick<AdminConnectionParts, 'db' | 'clock'>,
    Pick<SealParts, 'crypto' | 'random'> {
  /** What the phone calls itself until the root names it. */
  readonly name: string;
  readonly version: string;
  post(id: string, session: string, message: Uint8Array): Promise<Posted>;
}

export class AdminClaim {
  readonly state: Signal<AdminClaimState> = signal<AdminClaimState>({ kind: 'asking' });
  readonly #parts: AdminClaimParts;
  #isStopped = false;

  constructor(parts: AdminClaimParts) {
    this.#parts = parts;
  }

  /** Runs to its end; `sealed` is the key as it is kept, without a certificate. */
  async run(code: ClaimCode, key: KeyPair, sealed: AdminKeyRecord): Promise<void> {
    const { crypto, random, clock, name, version, post } = this.#parts;
    const end = new ClaimSubject({ crypto, random, code, isInitiator: true, key, name, version });
    const id = toHex(claimIdOf(crypto, code.secret));
    const session = toHex(random.bytes(8));
    let record = sealed;
    const fault = await driveClaim<SubjectAsk>({
      clock,
      machine: end,
      post: (message) => post(id, session, message),
      onTurn: () => this.#show(end.phase, end),
      decide: async ({ offer }) => {
        if (offer.kind !== 'admin') return end.refuse('bad-document');
        const certified = { ...sealed, certificate: offer.papers.certificate };
        try {
          await saveAdminKey(this.#parts.db, certified);
        } catch {
          return end.refuse('not-kept');
        }
        record = certified;
        return end.accept();
      },
      isStopped: () => this.#isStopped,
    });
    // With the certificate on disk it is done, even if the last word got lost.
    const isDone = fault === undefined || record.certificate.length > 0;
    this.state.value = isDone ? { kind: 'done', record } : { kind: 'failed', fault: fault! };
  }

  stop(): void {
    this.#isStopped = true;
  }

  #show(phase: ClaimPhase, { comparisonCode, site }: ClaimSubject): void {
    if (phase !== 'comparing' || comparisonCode === undefined) return;
    this.state.value = { kind: 'comparing', comparisonCode, siteName: site?.siteName ?? '' };
  }
}
