/**
 * Claims by the label: an admin scanned what is printed on the box or shown on its screen, and
 * speaks first. The box takes what it is offered: whoever holds the label owns the box, and the
 * admin compares the six digits. One state machine a session; the first that brings papers wins.
 */
import {
  type ClaimCode,
  type ClaimOffer,
  ClaimSubject,
  claimIdOf,
  type SubjectStep,
  toHex,
} from '@muster/core';
import type { ClaimTaker } from '../claim/claim-action.ts';
import { claimHttpLimits } from '../claim/limits.ts';
import {
  type ClaimMessage,
  ClaimSessions,
  type ClaimSink,
  type SinkAnswer,
} from '../claim/sessions.ts';
import { type BlankBox, keepPapers } from './blank-box.ts';
import { faultProgress } from './fault-progress.ts';

export class LabelClaims implements ClaimTaker, ClaimSink {
  readonly #box: BlankBox;
  readonly #code: () => ClaimCode;
  readonly #onClaimed: () => void;
  readonly #id: string;
  readonly #sessions: ClaimSessions;
  /** By session, oldest first. */
  readonly #subjects = new Map<string, ClaimSubject>();
  /** The session whose papers were kept. */
  #claimedBy: string | undefined;

  constructor(box: BlankBox, code: () => ClaimCode, onClaimed: () => void) {
    this.#box = box;
    this.#code = code;
    this.#onClaimed = onClaimed;
    this.#id = toHex(claimIdOf(box.crypto, box.unclaimed.secret));
    this.#sessions = new ClaimSessions(box.clock);
  }

  async take(id: string, message: ClaimMessage): Promise<SinkAnswer | 'busy' | 'unknown'> {
    return id === this.#id ? this.#sessions.take({ id, sink: this }, message) : 'unknown';
  }

  async onMessage(session: string, octets: Uint8Array): Promise<SinkAnswer> {
    const { phase, siteName = '' } = this.#box.state.view;
    if (phase === 'claimed' && this.#claimedBy !== session) return { claimants: [siteName] };
    const subject = this.#subjectOf(session);
    const heard = subject.receive(octets);
    const step = heard.kind === 'ask' ? this.#take(session, subject, heard.offer) : heard;
    if (step.kind === 'send') this.#showComparing(subject);
    else if (step.kind === 'ended' && step.fault && subject.comparisonCode !== undefined) {
      // Not what a stranger without the label's secret sends: the page would flicker with it.
      this.#box.state.progress(faultProgress(step.fault));
    }
    return ('message' in step && step.message) || 'ended';
  }

  /** On disk first, then said: whatever happens in between, the papers are here or nowhere. */
  #take(session: string, subject: ClaimSubject, offer: ClaimOffer): SubjectStep {
    if (!keepPapers(this.#box, offer)) return subject.refuse('not-kept');
    this.#claimedBy = session;
    this.#onClaimed();
    return subject.accept();
  }

  #subjectOf(session: string): ClaimSubject {
    const known = this.#subjects.get(session);
    if (known) return known;
    const { crypto, random, unclaimed, version } = this.#box;
    const { key, name } = unclaimed;
    const code = this.#code();
    const fresh = { crypto, random, code, isInitiator: false, key, name, version };
    const subject = new ClaimSubject(fresh);
    this.#subjects.set(session, subject);
    // Sessions are bounded before it; what goes here has ended, or was pushed out there.
    if (this.#subjects.size > 2 * claimHttpLimits.sessionsMax) {
      this.#subjects.delete(this.#subjects.keys().next().value!);
    }
    return subject;
  }

  #showComparing({ comparisonCode, site }: ClaimSubject): void {
    const { state } = this.#box;
    if (comparisonCode === undefined || state.view.comparison === comparisonCode) return;
    const siteName = site?.siteName ?? '';
    state.progress({ phase: 'comparing', comparison: comparisonCode, siteName });
  }
}
