/**
 * A claim by an admin's invite: the blank node speaks first, to the addresses that the code names
 * and to members it hears of. It tries until somebody who awaits the code answers, is told so, or
 * is called off; whatever ends one try leaves it as blank as before. Papers are kept before it says
 * that they are.
 */
import {
  type ClaimCode,
  type ClaimFault,
  ClaimSubject,
  claimIdOf,
  doubledMs,
  type ProvisionChange,
  previewOf,
  type SubjectStep,
  toHex,
} from '@muster/core';
import { claimHttpLimits } from '../claim/limits.ts';
import { type NearAddress, nearAddress } from '../claim/near-address.ts';
import { type PostAnswer, postClaim } from '../claim/post.ts';
import { type BlankBox, keepPapers } from './blank-box.ts';
import type { ClaimProgress } from './claim-state.ts';
import { faultProgress } from './fault-progress.ts';
import { inviteLimits } from './limits.ts';

export interface InviteClaimOptions {
  readonly box: BlankBox;
  readonly code: ClaimCode;
  /** Members in reach that await claims, `host:port`, as they are heard of. */
  readonly heard: () => readonly string[];
  /** Whether what would change is right. */
  readonly decide: (preview: readonly ProvisionChange[]) => Promise<boolean>;
}

/** How a try ended: claimed, for good, or with nobody there who could say. */
type TryEnd = 'claimed' | ClaimFault;

/**
 * What only whoever has proven the admin's key can say, and so ends the claim. Everything else may
 * come from an imposter at one address: the same code may do better elsewhere, or later.
 */
const final: ReadonlySet<ClaimFault> = new Set([
  ...(['declined', 'codes-differ', 'used', 'expired', 'not-allowed'] as const),
  ...(['bad-document', 'not-kept'] as const),
]);

interface Try {
  readonly end: TryEnd;
  /** Nothing that another address or a later time would change. */
  readonly isFinal: boolean;
}

export class InviteClaim {
  readonly #options: InviteClaimOptions;
  readonly #stopping = new AbortController();
  /** Whether the papers are on disk: from then on nothing but `claimed` can come of it. */
  #kept = false;
  /** A person here said no. */
  #declined = false;
  /** Who used the code before, as the other end says. */
  #claimants: readonly string[] = [];

  constructor(options: InviteClaimOptions) {
    this.#options = options;
  }

  /** Resolves when claimed, with the fault that ended it, or `gave-up` once stopped. */
  async run(): Promise<TryEnd> {
    const end = await this.#rounds();
    if (end === 'gave-up') this.#options.box.state.progress({ phase: 'waiting' });
    else if (end !== 'claimed') this.#sayFault(end, 'failed');
    return end;
  }

  async #rounds(): Promise<TryEnd> {
    for (let round = 0; !this.#isStopped; round++) {
      let fault: ClaimFault = 'unreachable';
      this.#claimants = [];
      for (const address of this.#addresses()) {
        if (this.#isStopped) break;
        const { end, isFinal } = await this.#try(address);
        if (end === 'claimed' || isFinal) return end;
        // What a node says, even a wrong one, tells more than that another is away.
        if (end !== 'unreachable') fault = end;
      }
      if (this.#isStopped) break;
      this.#sayFault(fault, 'claiming');
      const { retryMsMin: min, retryMsMax: max } = inviteLimits;
      await this.#pause(doubledMs({ min, max }, round));
    }
    return 'gave-up';
  }

  stop(): void {
    this.#stopping.abort();
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #sayFault(fault: ClaimFault, phase: 'claiming' | 'failed'): void {
    const claimants = this.#claimants;
    const progress = this.#declined ? declinedHere : faultProgress(fault, phase);
    this.#options.box.state.progress(claimants.length > 0 ? { ...progress, claimants } : progress);
  }

  #addresses(): NearAddress[] {
    const texts = new Set([...this.#options.code.addresses, ...this.#options.heard()]);
    return [...texts]
      .flatMap((text) => nearAddress(text) ?? [])
      .slice(0, inviteLimits.addressesMax);
  }

  /** One session at one address, to its end. */
  async #try(to: NearAddress): Promise<Try> {
    const { box, code } = this.#options;
    const { crypto, random, unclaimed, version } = box;
    const { key, name } = unclaimed;
    const isInitiator = true;
    const subject = new ClaimSubject({ crypto, random, code, isInitiator, key, name, version });
    const claimId = claimIdOf(crypto, code.secret);
    const session = toHex(random.bytes(8));
    const startedMs = box.clock.monotonicMs();
    let message = subject.start();
    for (;;) {
      const answer = await this.#post({ to, claimId, session, message }, subject.phase);
      if (answer.kind !== 'message' && answer.kind !== 'later') return this.#turnedAway(answer);
      const heard = subject.receive(answer.kind === 'later' ? nothing : answer.message);
      const step = heard.kind === 'ask' ? await this.#answerOffer(heard, subject) : heard;
      if (step.kind !== 'send') {
        const lastWords = step.kind === 'ended' ? step.message : undefined;
        if (lastWords) await postClaim(box.clock, { to, claimId, session, message: lastWords });
        return this.#tried((step.kind === 'ended' && step.fault) || 'gave-up', subject);
      }
      message = step.message;
      this.#show(subject);
      if (answer.kind === 'later') await this.#pause(claimHttpLimits.retryAfterS * 1_000);
      const isStuck = box.clock.monotonicMs() - startedMs >= inviteLimits.greetingMsMax;
      if (subject.phase === 'greeting' && isStuck) return { end: 'nobody-waits', isFinal: false };
      if (this.#isStopped && !this.#kept) return { end: 'gave-up', isFinal: true };
    }
  }

  #tried(fault: ClaimFault, { comparisonCode }: ClaimSubject): Try {
    if (this.#kept) return { end: 'claimed', isFinal: true };
    const isProven = comparisonCode !== undefined;
    return { end: fault, isFinal: isProven && final.has(fault) };
  }

  async #answerOffer(
    { offer }: Extract<SubjectStep, { kind: 'ask' }>,
    subject: ClaimSubject,
  ): Promise<SubjectStep> {
    const { box, decide } = this.#options;
    if (offer.kind !== 'node') return subject.refuse('bad-document');
    const { siteName } = offer.provision;
    const comparison = subject.comparisonCode ?? '';
    const preview = previewOf(offer.provision);
    box.state.progress({ phase: 'offered', siteName, comparison, preview });
    this.#declined = !(await decide(preview));
    if (this.#declined) return subject.refuse('declined');
    this.#kept = keepPapers(box, offer);
    if (!this.#kept) return subject.refuse('not-kept');
    return subject.accept();
  }

  /** A session that stands outlives a gap in the network; one that has not begun does not wait. */
  async #post(
    post: Parameters<typeof postClaim>[1],
    phase: ClaimSubject['phase'],
  ): Promise<PostAnswer> {
    const { clock } = this.#options.box;
    for (let attempt = 1; ; attempt++) {
      const answer = await postClaim(clock, post);
      const isGap = answer.kind === 'unreachable' || answer.kind === 'busy';
      const attemptsMax = this.#kept ? inviteLimits.lastAttemptsMax : inviteLimits.attemptsMax;
      const mayWait = phase !== 'greeting' && attempt < attemptsMax;
      if (!isGap || !mayWait || this.#isStopped) return answer;
      await this.#pause(inviteLimits.attemptMs);
    }
  }

  /** What HTTP itself says, which anybody could. */
  #turnedAway(answer: Exclude<PostAnswer, { kind: 'message' | 'later' }>): Try {
    // The member may have restarted, or the answer to the last word was lost: the papers are here.
    if (this.#kept) return { end: 'claimed', isFinal: true };
    if (answer.claimants.length > 0) this.#claimants = answer.claimants;
    const isUnknown = answer.kind === 'not-awaited' || answer.kind === 'ended';
    return { end: isUnknown ? 'nobody-waits' : answer.kind, isFinal: false };
  }

  #show({ comparisonCode, site }: ClaimSubject): void {
    const { state } = this.#options.box;
    if (comparisonCode === undefined || state.view.comparison === comparisonCode) return;
    const siteName = site?.siteName ?? '';
    state.progress({ phase: 'comparing', comparison: comparisonCode, siteName });
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.#options.box.clock.after(delayMs, done);
      signal.addEventListener('abort', done);
    });
  }
}

const nothing = new Uint8Array(0);

const declinedHere: ClaimProgress = {
  phase: 'failed',
  fault: {
    code: 'declined',
    message: 'It was declined here; nothing was changed.',
    mend: 'Give the node an invite again when it is right.',
  },
};
