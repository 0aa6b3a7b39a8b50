/**
 * The blank box's end of a claim's stream: reads a question, has it answered, and awaits the next.
 * Whoever says nothing, or nothing that makes sense, is sent away. No step of a message's way; who
 * may claim the box is decided by whom it asks.
 */
import type { ByteStream, Clock, Timer } from '@muster/core';
import { claimStreamLimits } from './limits.ts';
import {
  type ClaimAnswer,
  type ClaimRequest,
  encodeClaimAnswer,
  requestReader,
} from './messages.ts';

export interface ClaimListenerOptions {
  readonly clock: Clock;
  /** Called once at a time for a stream; never rejects. `address` is the caller's, of now. */
  readonly take: (request: ClaimRequest, address: string) => Promise<ClaimAnswer>;
}

/** Serves the stream until it ends. */
export function listenForClaims(stream: ByteStream, { clock, take }: ClaimListenerOptions): void {
  const { firstRequestMsMax, idleMsMax, answerMsMax } = claimStreamLimits;
  const reader = requestReader();
  let isAsked = false;
  let isOver = false;
  let timer: Timer;
  const within = (delayMs: number, reason: string): void => {
    timer?.cancel();
    timer = clock.after(delayMs, () => stream.close(reason));
  };
  const answer = async (request: ClaimRequest): Promise<void> => {
    isAsked = true;
    timer.cancel();
    const answered = await take(request, stream.address);
    isAsked = false;
    if (isOver) return;
    stream.send(encodeClaimAnswer(answered));
    // Who has no code of ours would keep a place from whoever has.
    if (answered.kind === 'unknown') stream.close('unknown');
    else within(idleMsMax, 'idle');
  };
  within(firstRequestMsMax, 'nothing-asked');
  stream.start({
    onBytes(bytes) {
      if (isAsked) return stream.close('malformed');
      const wasWithin = reader.isWithin;
      const read = reader.push(bytes);
      if (read?.ok) void answer(read.value);
      else if (read) stream.close(read.reason);
      else if (!wasWithin) within(answerMsMax, 'too-slow');
    },
    onDrain() {},
    onClose() {
      isOver = true;
      timer.cancel();
    },
  });
}
