/**
 * The tries of boxes that came with one invite: each has a machine of its own, and a box whose
 * answer got lost goes on in the same one. Whoever only guesses at the code disturbs nobody.
 */
import { type ClaimCode, ClaimIssuer, type ClaimStep, type IssuerAsk } from '@muster/core';
import { adminLimits } from '../limits.ts';
import type { AdminSession } from '../session/admin-session.ts';
import type { ClaimEnd, NodeClaim } from './node-claim.ts';

export interface AttemptsOptions {
  /** Claim id, 16 hex digits. */
  readonly id: string;
  readonly code: ClaimCode;
  readonly claim: NodeClaim;
  readonly siteName: string;
}

export class Attempts {
  readonly #session: AdminSession;
  readonly #options: AttemptsOptions;
  readonly #machines = new Map<string, ClaimIssuer>();
  /** Those about which the person was asked. */
  readonly #asked = new Set<string>();

  constructor(session: AdminSession, options: AttemptsOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** Undefined: not yet. */
  answer(attempt: string, octets: Uint8Array): Uint8Array | undefined {
    const machine = this.#machines.get(attempt) ?? this.#make(attempt);
    const step = machine.receive(octets);
    if (step.kind === 'send') return step.message;
    if (step.kind === 'ask') {
      this.#ask(attempt, machine, step);
      return undefined;
    }
    this.#onEnd(attempt, machine, step);
    // Whoever does not have the code takes no place of one who has.
    if (!machine.subject) this.#machines.delete(attempt);
    return step.message;
  }

  #make(attempt: string): ClaimIssuer {
    const { crypto, random, issuer, siteKey } = this.#session.parts;
    const { code, siteName } = this.#options;
    const machine = new ClaimIssuer({
      ...{ crypto, random, code, issuer, siteKey, siteName },
      isInitiator: false,
    });
    if (this.#machines.size >= adminLimits.claimSessionsMax) {
      const [oldest] = this.#machines.keys();
      this.#machines.delete(oldest!);
      this.#asked.delete(oldest!);
    }
    this.#machines.set(attempt, machine);
    return machine;
  }

  #ask(attempt: string, machine: ClaimIssuer, { subject, comparisonCode }: IssuerAsk): void {
    if (this.#asked.has(attempt)) return;
    this.#asked.add(attempt);
    // The box asks again with the same octets; what was decided may also go ahead of that.
    const reply = (step: ClaimStep<IssuerAsk>) => {
      const message = step.kind === 'ask' ? undefined : step.message;
      if (message) this.#session.claims.reply(this.#options.id, attempt, message);
    };
    const end: ClaimEnd = {
      confirm: (document) => reply(machine.confirm(document)),
      refuse: (reason) => reply(machine.refuse(reason)),
    };
    this.#options.claim.onAsk(subject, comparisonCode, end);
  }

  #onEnd(attempt: string, machine: ClaimIssuer, step: ClaimStep<IssuerAsk>): void {
    const { claim } = this.#options;
    if (machine.phase === 'done') claim.onDone();
    const isOurs = this.#asked.has(attempt) && claim.state.value.kind !== 'failed';
    // Whoever guesses at the code disturbs nobody; a box that gave up may come again.
    if (!isOurs || step.kind !== 'ended' || !step.fault || step.fault === 'used') return;
    claim.state.value = { kind: 'waiting', fault: step.fault };
  }
}
