/**
 * Waits at the desk of a running node for the boxes (or phones) that come with an admin's codes.
 * Each code has any number of sittings, since connections break, and one claimant: the first. The
 * admin's key stays in this process; the node hands over octets that it cannot read.
 */
import {
  type ClaimantInfo,
  type ClaimCode,
  type ClaimFault,
  ClaimIssuer,
  claimFaultText,
  claimIdOf,
  type Issuer,
  type IssuerAsk,
  type IssuerStep,
  toHex,
} from '@muster/core';
import type { ClaimMessage } from '../../../client/admin-session.ts';
import { changeBook } from '../change-book.ts';
import type { AdminAtWork } from '../with-admin.ts';
import { type Asking, type Change, decide, showSecond } from './decide.ts';

/** A code that is awaited, and what whoever brings it gets. */
export interface Awaited {
  readonly name: string;
  readonly code: ClaimCode;
  /** Who signs: the admin, or the root for a new admin. */
  readonly issuer: Issuer;
  /** What they get, made for their key; what it changes is shown first. */
  offer(subject: ClaimantInfo): Promise<{
    readonly document: Uint8Array;
    readonly changes: readonly Change[];
  }>;
  /** Whether they were promised it before, and only the answer was lost. */
  isPromised(subject: ClaimantInfo): boolean;
  /** On disk before they get it. */
  onPromise(subject: ClaimantInfo): Promise<void>;
  /** It is theirs now. */
  onDone(subject: ClaimantInfo): Promise<void>;
}

/** Sittings of one code that are remembered; at it the oldest goes. */
const sittingsMax = 8;

interface Sitting {
  readonly issuer: ClaimIssuer;
  isAsking: boolean;
}

export class InviteDesk {
  readonly #work: AdminAtWork;
  readonly #asking: Asking;
  readonly #stays: boolean;
  readonly #open = new Map<string, () => void>();
  /** Claim ids whose owner has come. */
  readonly #done = new Set<string>();
  /** People decide one thing at a time. */
  #queue: Promise<void> = Promise.resolve();
  readonly #finished = Promise.withResolvers<void>();

  constructor(work: AdminAtWork, asking: Asking, { stays }: { readonly stays: boolean }) {
    this.#work = work;
    this.#asking = asking;
    this.#stays = stays;
  }

  /**
   * Returns once every code has found its owner; rejects when the node goes away. Used codes stay
   * open until then, so that a second claimant is refused and shown.
   */
  async serve(awaited: readonly Awaited[]): Promise<void> {
    for (const one of awaited) this.#await(one);
    try {
      await Promise.race([this.#finished.promise, this.#work.admin.untilLost()]);
    } finally {
      for (const close of this.#open.values()) close();
    }
  }

  #await(awaited: Awaited): void {
    const id = claimIdOf(this.#work.crypto, awaited.code.secret);
    const sittings = new Map<string, Sitting>();
    const close = this.#work.admin.openClaim(id, (message) => {
      this.#onMessage(awaited, sittings, message);
    });
    this.#open.set(toHex(id), close);
  }

  #onMessage(awaited: Awaited, sittings: Map<string, Sitting>, given: ClaimMessage): void {
    const { session, message } = given;
    const sitting = sittings.get(session) ?? this.#sitDown(awaited, sittings, session);
    const step = sitting.issuer.receive(message);
    if (step.kind === 'ask') {
      // The same octets come again while somebody decides.
      if (sitting.isAsking) return;
      sitting.isAsking = true;
      this.#enqueue(async () =>
        this.#reply(awaited, session, await this.#judge(awaited, sitting.issuer, step)),
      );
      return;
    }
    this.#reply(awaited, session, step);
    if (step.kind === 'send') return;
    // Whoever does not have the code takes no place of one who has.
    if (!sitting.issuer.subject) sittings.delete(session);
    if (step.fault) this.#showFault(awaited, step.fault);
    else if (sitting.issuer.subject) this.#finish(awaited, sitting.issuer.subject);
  }

  #reply({ code }: Awaited, session: string, step: IssuerStep): void {
    if (step.kind === 'ask' || !step.message) return;
    const claimId = claimIdOf(this.#work.crypto, code.secret);
    this.#work.admin.replyClaim(claimId, { session, message: step.message });
  }

  #sitDown(awaited: Awaited, sittings: Map<string, Sitting>, session: string): Sitting {
    const { crypto, random, site } = this.#work;
    const { code, issuer } = awaited;
    const { siteKey, name: siteName } = site;
    const sitting: Sitting = {
      issuer: new ClaimIssuer({
        ...{ crypto, random, code, issuer, siteKey, siteName },
        isInitiator: false,
      }),
      isAsking: false,
    };
    if (sittings.size >= sittingsMax) sittings.delete(sittings.keys().next().value!);
    sittings.set(session, sitting);
    return sitting;
  }

  /** What is answered: the offer, or a refusal. */
  async #judge(
    awaited: Awaited,
    issuer: ClaimIssuer,
    { subject, comparisonCode }: IssuerAsk,
  ): Promise<IssuerStep> {
    const { name } = awaited;
    const turn = await this.#burn(awaited, subject);
    if (turn !== 'first' && turn !== 'same') {
      if (turn instanceof Uint8Array) {
        showSecond(this.#asking.context, { name, first: turn, second: subject });
      }
      return issuer.refuse('used');
    }
    const { document, changes } = await awaited.offer(subject);
    // One that was cut off after it had said yes comes again with the same key: no new question.
    if (!awaited.isPromised(subject)) {
      const refusal = await decide(this.#asking, { name, subject, comparisonCode, changes });
      if (refusal) return issuer.refuse(refusal);
      await awaited.onPromise(subject);
    }
    return issuer.confirm(document);
  }

  /** The key of whoever was first, where somebody else was. */
  async #burn(
    { code }: Awaited,
    subject: ClaimantInfo,
  ): Promise<'first' | 'same' | 'burned' | Uint8Array> {
    const { crypto, clock } = this.#work;
    const id = toHex(claimIdOf(crypto, code.secret));
    const { unixMs } = clock.wall();
    const burned = await changeBook(this.#work, (book) => book.burnInvite(id, subject.key, unixMs));
    if (typeof burned === 'object') return burned.second;
    return burned === 'first' || burned === 'same' ? burned : 'burned';
  }

  #finish(awaited: Awaited, subject: ClaimantInfo): void {
    const id = toHex(claimIdOf(this.#work.crypto, awaited.code.secret));
    this.#enqueue(async () => {
      if (this.#done.has(id)) return;
      this.#done.add(id);
      await awaited.onDone(subject);
      if (this.#done.size === this.#open.size && !this.#stays) this.#finished.resolve();
    });
  }

  #showFault({ name }: Awaited, fault: ClaimFault): void {
    const { terminal } = this.#asking.context;
    const { message, mend } = claimFaultText[fault];
    if (terminal.json) terminal.value({ event: 'refused', name, fault });
    else terminal.line(`${terminal.style('yellow', name)}: ${message}\n  ${mend}`);
  }

  #enqueue(run: () => Promise<void>): void {
    this.#queue = this.#queue.then(run).catch((error: unknown) => this.#finished.reject(error));
  }
}
