/**
 * Invites for boxes: codes that the node awaits for this phone, for as long as the admin area is
 * open. Their secrets are in memory alone, so a code is worthless once the page is closed. Each
 * code is good for one box; several may wait at once.
 */
import {
  ClaimIssuer,
  type ClaimStep,
  claimFingerprint,
  claimIdOf,
  encodeClaimCode,
  type IssuerAsk,
  shortCodeOf,
  toHex,
} from '@muster/core';
import { type Signal, signal } from '@preact/signals';
import { adminLimits } from '../limits.ts';
import type { AdminSession } from '../session/admin-session.ts';
import { type ClaimEnd, NodeClaim } from './node-claim.ts';

export interface Invite {
  /** Claim id, 16 hex digits. */
  readonly id: string;
  /** `MUSTER-NODE:1:…` */
  readonly text: string;
  readonly shortCode: string;
  readonly claim: NodeClaim;
}

export class Invites {
  readonly open: Signal<readonly Invite[]> = signal<readonly Invite[]>([]);
  readonly #session: AdminSession;
  readonly #siteName: () => string;
  readonly #ends = new Map<string, () => void>();

  constructor(session: AdminSession, siteName: () => string) {
    this.#session = session;
    this.#siteName = siteName;
  }

  /** Undefined when as many wait as may. `addresses`: where boxes find our node, host:port. */
  make(addresses: readonly string[]): Invite | undefined {
    if (this.open.value.length >= adminLimits.invitesOpenMax) return undefined;
    const { crypto, random, site, issuer } = this.#session.parts;
    const secret = random.bytes(16);
    const code = {
      ...({ kind: 'invite', secret, site, expiresUnixS: 0, addresses } as const),
      fingerprint: claimFingerprint(crypto, issuer.key.publicKey),
    };
    const invite: Invite = {
      id: toHex(claimIdOf(crypto, secret)),
      text: encodeClaimCode(crypto, code),
      shortCode: shortCodeOf(crypto, secret),
      claim: new NodeClaim(this.#session, code, this.#siteName()),
    };
    const attempts = new Attempts(this.#session, invite, this.#siteName());
    const sink = (attempt: string, octets: Uint8Array) => attempts.answer(attempt, octets);
    this.#ends.set(invite.id, this.#session.claims.await(invite.id, sink));
    this.open.value = [...this.open.value, invite];
    return invite;
  }

  withdraw(id: string): void {
    this.#ends.get(id)?.();
    this.#ends.delete(id);
    this.open.value = this.open.value.filter((invite) => invite.id !== id);
  }
}

/** Every try of a box has its own machine; a box whose answer got lost goes on in the same one. */
class Attempts {
  readonly #session: AdminSession;
  readonly #invite: Invite;
  readonly #siteName: string;
  readonly #machines = new Map<string, ClaimIssuer>();
  /** Those about which the person was asked. */
  readonly #asked = new Set<string>();

  constructor(session: AdminSession, invite: Invite, siteName: string) {
    this.#session = session;
    this.#invite = invite;
    this.#siteName = siteName;
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
    return step.message;
  }

  #make(attempt: string): ClaimIssuer {
    const { crypto, random, issuer, siteKey } = this.#session.parts;
    const { code } = this.#invite.claim;
    const machine = new ClaimIssuer({
      ...{ crypto, random, code, issuer, siteKey, siteName: this.#siteName },
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
      if (message) this.#session.claims.reply(this.#invite.id, attempt, message);
    };
    const end: ClaimEnd = {
      confirm: (document) => reply(machine.confirm(document)),
      refuse: (reason) => reply(machine.refuse(reason)),
    };
    this.#invite.claim.onAsk(subject, comparisonCode, end);
  }

  #onEnd(attempt: string, machine: ClaimIssuer, step: ClaimStep<IssuerAsk>): void {
    const { claim } = this.#invite;
    if (machine.phase === 'done') claim.onDone();
    const isOurs = this.#asked.has(attempt) && claim.state.value.kind !== 'failed';
    // Whoever guesses at the code disturbs nobody; a box that gave up may come again.
    if (!isOurs || step.kind !== 'ended' || !step.fault || step.fault === 'used') return;
    claim.state.value = { kind: 'waiting', fault: step.fault };
  }
}
