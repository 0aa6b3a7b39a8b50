/**
 * Turns of a claim, the same at both ends: greeting, introductions, then what the party says. They
 * strictly alternate. The same octets again get the same step again, because whatever carries them
 * may lose an answer; anything else that is not the next message ends the claim.
 */
import { equalBytes } from '../bytes/compare.ts';
import { claimLimits } from '../limits.ts';
import { ClaimChannel, type ClaimChannelOptions } from './claim-channel.ts';
import type { ClaimFault, ClaimRefusal } from './claim-fault.ts';
import type { ClaimMessage, IssuerIntroduction, SubjectIntroduction } from './claim-message.ts';
import type { ClaimPhase, ClaimStep } from './claim-step.ts';

/** What makes an end the issuer's or the subject's. */
export interface ClaimParty<Ask> {
  introduction(channel: ClaimChannel): IssuerIntroduction | SubjectIntroduction;
  /** Judges how the other end introduced itself. */
  meet(message: ClaimMessage, channel: ClaimChannel): ClaimRefusal | undefined;
  /** The initiator's, once both are introduced. */
  begin(): ClaimStep<Ask>;
  /** Any later message but a refusal; a reason where it must not come now. */
  hear(message: ClaimMessage): ClaimStep<Ask> | ClaimRefusal;
}

export class ClaimTurns<Ask> {
  phase: ClaimPhase = 'greeting';
  comparisonCode: string | undefined;
  readonly #channel: ClaimChannel;
  readonly #isInitiator: boolean;
  readonly #party: ClaimParty<Ask>;
  #awaits: 'greeting' | 'introduction' | 'talk' = 'greeting';
  #heard: Uint8Array | undefined;
  #step: ClaimStep<Ask> | undefined;

  constructor(options: ClaimChannelOptions, party: ClaimParty<Ask>) {
    this.#channel = new ClaimChannel(options);
    this.#isInitiator = options.isInitiator;
    this.#party = party;
  }

  /** What is to be done now; undefined before the first message. */
  get step(): ClaimStep<Ask> | undefined {
    return this.#step;
  }

  start(): Uint8Array {
    if (!this.#isInitiator) throw new RangeError('the other end begins this claim');
    if (this.#step?.kind === 'send') return this.#step.message;
    const message = this.#channel.greet();
    this.#step = { kind: 'send', message };
    return message;
  }

  receive(octets: Uint8Array): ClaimStep<Ask> {
    const step = this.#step;
    // No octets are the answer `not yet`.
    const isRepeated = this.#isInitiator && octets.length === 0;
    if (step && (isRepeated || (this.#heard && equalBytes(octets, this.#heard)))) return step;
    if (step?.kind === 'ended') return overAgain(step);
    if (octets.length > claimLimits.messageBytesMax) return this.#act(this.#end('too-large'));
    this.#heard = octets.slice();
    return this.#act(this.#advance(octets));
  }

  /** A person decided, if that was asked; the same octets get the new step from now on. */
  decide(decided: () => ClaimStep<Ask>): ClaimStep<Ask> {
    if (!this.#step) throw new RangeError('nothing was said yet');
    return this.#step.kind === 'ask' ? this.#act(decided()) : this.#step;
  }

  say(message: ClaimMessage): ClaimStep<Ask> {
    return { kind: 'send', message: this.#channel.seal(message) };
  }

  /** All went well; `lastWords` where the other end still waits for them. */
  finish(lastWords?: ClaimMessage): ClaimStep<Ask> {
    this.phase = 'done';
    return lastWords
      ? { kind: 'ended', message: this.#channel.seal(lastWords) }
      : { kind: 'ended' };
  }

  /** Ends it, and tells the other end why where it is this end's turn. */
  refuse(reason: ClaimRefusal): ClaimStep<Ask> {
    if (this.#step?.kind === 'ended') return this.#step;
    const canSpeak = this.#awaits === 'talk' && (this.#isInitiator || this.#step?.kind === 'ask');
    return this.#act(this.#end(reason, canSpeak ? { type: 'refused', reason } : undefined));
  }

  #act(step: ClaimStep<Ask>): ClaimStep<Ask> {
    this.#step = step;
    return step;
  }

  #advance(octets: Uint8Array): ClaimStep<Ask> {
    if (this.#awaits === 'greeting') return this.#greet(octets);
    const message = this.#channel.receive(octets);
    if (!message.ok) return this.#end(message.reason);
    if (message.value.type === 'refused') {
      const closed = this.#isInitiator ? undefined : ({ type: 'closed' } as const);
      return this.#end(message.value.reason, closed);
    }
    if (this.#awaits === 'introduction') return this.#meet(message.value);
    const step = this.#party.hear(message.value);
    return typeof step === 'string' ? this.#end(step, { type: 'refused', reason: step }) : step;
  }

  #greet(octets: Uint8Array): ClaimStep<Ask> {
    const channel = this.#channel;
    if (this.#isInitiator) {
      const opened = channel.open(octets);
      if (!opened.ok) return this.#end(opened.reason);
      this.#awaits = 'introduction';
      return this.say(this.#party.introduction(channel));
    }
    const answer = channel.answer(octets);
    if (!answer.ok) return this.#end(answer.reason);
    this.#awaits = 'introduction';
    return { kind: 'send', message: answer.value };
  }

  #meet(message: ClaimMessage): ClaimStep<Ask> {
    const reason = this.#party.meet(message, this.#channel);
    if (reason) return this.#end(reason, { type: 'refused', reason });
    const code = 'nonce' in message ? this.#channel.comparisonCode(message.nonce) : undefined;
    if (!code) return this.#end('tampered', { type: 'refused', reason: 'tampered' });
    this.comparisonCode = code;
    this.phase = 'comparing';
    this.#awaits = 'talk';
    return this.#isInitiator
      ? this.#party.begin()
      : this.say(this.#party.introduction(this.#channel));
  }

  #end(fault: ClaimFault, lastWords?: ClaimMessage): ClaimStep<Ask> {
    // Who has kept its papers has got them, whatever becomes of the last answer.
    if (this.phase === 'done') return { kind: 'ended' };
    this.phase = 'failed';
    const message = lastWords && this.#channel.seal(lastWords);
    return message ? { kind: 'ended', fault, message } : { kind: 'ended', fault };
  }
}

/** Last words go out once, and for the octets that they answer. */
function overAgain<Ask>({ fault }: { readonly fault?: ClaimFault }): ClaimStep<Ask> {
  return fault ? { kind: 'ended', fault } : { kind: 'ended' };
}
