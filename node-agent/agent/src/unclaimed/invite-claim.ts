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
  type ProvisionChange,
  previewOf,
  type SubjectStep,
  toHex,
} from '@muster/core';
import { claimHttpLimits } from '../claim/limits.ts';
import { type NearAddress, nearAddress } from '../claim/near-address.ts';
import { type PostAnswer, postClaim } from '../claim/post.ts';
import { type BlankBox, keepPapers } from './blank-box.ts';
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

/** After these the same code may do better later or elsewhere. */
const passing: ReadonlySet<ClaimFault> = new Set(['unreachable', 'nobody-waits', 'busy']);

export class InviteClaim {
  readonly #options: InviteClaimOptions;
  readonly #stopping = new AbortController();
  /** Whether the papers are on disk: from then on nothing but `claimed` can come of it. */
  #kept = false;
  /** Who used the code before, as the other end says. */
  #claimants: readonly string[] = [];

  constructor(options: InviteClaimOptions) {
    this.#options = options;
  }

  /** Resolves when claimed, with the fault that ended it, or `gave-up` once stopped. */
  async run(): Promise<TryEnd> {
    const end = await this.#rounds();
    const { state } = this.#options.box;
    if (end === 'gave-up') state.progress({ phase: 'waiting' });
    else if (end !== 'claimed') {
      const claimants = this.#claimants;
      state.progress({ ...faultProgress(end), ...(claimants.length > 0 ? { claimants } : {}) });
    }
    return end;
  }

  async #rounds(): Promise<TryEnd> {
    const { state } = this.#options.box;
    for (let round = 0; !this.#stopping.signal.aborted; round++) {
      let fault: ClaimFault = 'unreachable';
      for (const address of this.#addresses()) {
        if (this.#stopping.signal.aborted) break;
        const end = await this.#try(address);
        if (end === 'claimed' || !passing.has(end)) return end;
        // That a node is there and does not know the code says more than that another is away.
        if (end !== 'unreachable') fault = end;
      }
      if (this.#stopping.signal.aborted) break;
      state.progress(faultProgress(fault, 'claiming'));
      const { retryMsMin, retryMsMax } = inviteLimits;
      await this.#pause(Math.min(retryMsMax, retryMsMin * 2 ** Math.min(round, 16)));
    }
    return 'gave-up';
  }

  stop(): void {
    this.#stopping.abort();
  }

  #addresses(): NearAddress[] {
    const texts = new Set([...this.#options.code.addresses, ...this.#options.heard()]);
    return [...texts]
      .flatMap((text) => nearAddress(text) ?? [])
      .slice(0, inviteLimits.addressesMax);
  }

  /** One session at one address, to its end. */
  async #try(to: NearAddress): Promise<TryEnd> {
    const { box, code } = this.#options;
    const { crypto, random, unclaimed, version } = box;
    const { key, name } = unclaimed;
    const isInitiator = true;
    const subject = new ClaimSubject({ crypto, random, code, isInitiator, key, name, version });
    const claimId = claimIdOf(crypto, code.secret);
    const session = toHex(random.bytes(8));
    let message = subject.start();
    for (;;) {
      const answer = await this.#post({ to, claimId, session, message }, subject.phase);
      if (answer.kind !== 'message' && answer.kind !== 'later') return this.#ended(answer);
      const heard = subject.receive(answer.kind === 'later' ? nothing : answer.message);
      const step = heard.kind === 'ask' ? await this.#answerOffer(heard, subject) : heard;
      if (step.kind === 'send') message = step.message;
      else {
        const lastWords = step.kind === 'ended' ? step.message : undefined;
        if (lastWords) await postClaim(box.clock, { to, claimId, session, message: lastWords });
        const fault = step.kind === 'ended' ? step.fault : undefined;
        return this.#kept ? 'claimed' : (fault ?? 'gave-up');
      }
      this.#show(subject);
      if (answer.kind === 'later') await this.#pause(claimHttpLimits.retryAfterS * 1_000);
      if (this.#stopping.signal.aborted && !this.#kept) return 'gave-up';
    }
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
    if (!(await decide(preview))) return subject.refuse('declined');
    this.#kept = keepPapers(box, offer);
    if (!this.#kept) return subject.refuse('not-kept');
    box.state.progress({ phase: 'claimed', siteName });
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
      const mayWait = phase !== 'greeting' && attempt < inviteLimits.attemptsMax;
      if (!isGap || !mayWait || this.#stopping.signal.aborted) return answer;
      await this.#pause(inviteLimits.attemptMs);
    }
  }

  #ended(answer: Exclude<PostAnswer, { kind: 'message' | 'later' }>): TryEnd {
    // The member may have restarted, or the answer to the last word was lost: the papers are here.
    if (this.#kept) return 'claimed';
    this.#claimants = answer.claimants;
    const isUnknown = answer.kind === 'not-awaited' || answer.kind === 'ended';
    return isUnknown ? 'nobody-waits' : answer.kind;
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
