/**
 * The member's end of a claim's stream: hands an admin's messages to a blank box that is near, one
 * after the other, over a stream that is opened when it is needed and kept for a while. No step of
 * a message's way; the octets are the admin's, who alone can read them.
 */
import { type ByteStream, bytesKey, type Clock } from '@muster/core';
import { claimStreamLimits } from './limits.ts';
import {
  answerReader,
  type ClaimAnswer,
  type ClaimRequest,
  encodeClaimRequest,
} from './messages.ts';

/** `unreachable`: no box near says that it has this code, or it went away. */
export type ClaimCallAnswer = ClaimAnswer | { readonly kind: 'unreachable' };

export interface ClaimCallerOptions {
  readonly clock: Clock;
  /** Finds the box with this claim id (8 bytes) and opens a stream with it. */
  readonly open: (claimId: Uint8Array, signal: AbortSignal) => Promise<ByteStream>;
}

interface Call {
  readonly stream: ByteStream;
  readonly key: string;
  /** Settles the question that is under way. */
  onAnswer: (answer: ClaimCallAnswer) => void;
}

export class ClaimCaller {
  readonly #options: ClaimCallerOptions;
  /** The one box that is spoken with: an admin claims one after the other. */
  #call: Call | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ClaimCallerOptions) {
    this.#options = options;
  }

  /** Never rejects. Questions wait for each other. */
  post(request: ClaimRequest): Promise<ClaimCallAnswer> {
    const answer = this.#queue.then(() => this.#post(request));
    this.#queue = answer;
    return answer;
  }

  stop(): void {
    this.#call?.stream.close('stopped');
    this.#call = undefined;
  }

  /** Who refuses is left: it may be somebody who repeats the tag of the box that is meant. */
  async #post(request: ClaimRequest): Promise<ClaimCallAnswer> {
    const answer = await this.#answer(request);
    if (answer.kind !== 'message' && answer.kind !== 'later') this.stop();
    return answer;
  }

  async #answer(request: ClaimRequest): Promise<ClaimCallAnswer> {
    const kept = this.#callOf(request.claimId);
    if (kept !== undefined) {
      const answer = await this.#ask(kept, request);
      if (answer.kind !== 'unreachable') return answer;
    }
    // The same octets again get the same answer, so nothing is lost with a stream.
    const call = await this.#open(request.claimId);
    return call === undefined ? { kind: 'unreachable' } : this.#ask(call, request);
  }

  #callOf(claimId: Uint8Array): Call | undefined {
    return this.#call?.key === bytesKey(claimId) ? this.#call : undefined;
  }

  async #open(claimId: Uint8Array): Promise<Call | undefined> {
    this.stop();
    const { clock, open } = this.#options;
    const giveUp = new AbortController();
    const timer = clock.after(claimStreamLimits.openMsMax, () => giveUp.abort());
    try {
      return this.#begin(bytesKey(claimId), await open(claimId, giveUp.signal));
    } catch {
      return undefined;
    } finally {
      timer.cancel();
    }
  }

  #begin(key: string, stream: ByteStream): Call {
    const reader = answerReader();
    const call: Call = { stream, key, onAnswer: () => stream.close('malformed') };
    this.#call = call;
    stream.start({
      onBytes(bytes) {
        const read = reader.push(bytes);
        if (read?.ok) call.onAnswer(read.value);
        else if (read) stream.close(read.reason);
      },
      onDrain() {},
      onClose: () => {
        if (this.#call === call) this.#call = undefined;
        call.onAnswer({ kind: 'unreachable' });
      },
    });
    return call;
  }

  #ask(call: Call, request: ClaimRequest): Promise<ClaimCallAnswer> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(claimStreamLimits.answerMsMax, () =>
        call.stream.close('no-answer'),
      );
      call.onAnswer = (answer) => {
        timer.cancel();
        // What comes unasked ends the stream.
        call.onAnswer = () => call.stream.close('malformed');
        resolve(answer);
      };
      call.stream.send(encodeClaimRequest(request));
    });
  }
}
