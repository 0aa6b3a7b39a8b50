/**
 * Fuzz target: what strangers say on the streams of claims by Bluetooth (no step of a message's
 * way), to a blank box that listens and to a member that asked. Input: octets, then one that says
 * where they are cut. Cut anywhere they mean the same; a question is answered once, and whatever
 * was asked gets an answer in bounded time.
 */
import {
  ClaimCaller,
  encodeClaimAnswer,
  encodeClaimRequest,
  listenForClaims,
} from '@muster/adapters/parsers';
import { type ByteStream, type ByteStreamHandlers, concat, toHex } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';

/** Longer than anything waits. */
const patienceMs = 600_000;
const claimId = new Uint8Array(8).fill(3);
const session = new Uint8Array(8).fill(4);

/** One end of a stream whose other end is the input. */
class OneEnd implements ByteStream {
  readonly address = 'r-c01122334455';
  readonly initiator = false;
  readonly #clock: FakeClock;
  #handlers: ByteStreamHandlers | undefined;
  sent: Uint8Array[] = [];
  reason: string | undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  start(handlers: ByteStreamHandlers): void {
    this.#handlers = handlers;
  }

  send(bytes: Uint8Array): boolean {
    if (this.reason === undefined) this.sent.push(bytes);
    return true;
  }

  close(reason: string): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#clock.after(0, () => this.#handlers!.onClose(reason));
  }

  say(bytes: Uint8Array): void {
    if (this.reason === undefined && bytes.length > 0) this.#handlers!.onBytes(bytes);
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 12; i++) await undefined;
}

/** What a blank box makes of the chunks: the questions it understood, and why it hung up. */
async function listened(chunks: readonly Uint8Array[]): Promise<string> {
  const clock = new FakeClock();
  const stream = new OneEnd(clock);
  const asked: string[] = [];
  listenForClaims(stream, {
    clock,
    async take(request) {
      asked.push(toHex(concat(request.claimId, request.session, request.message)));
      return { kind: 'later' };
    },
  });
  for (const chunk of chunks) stream.say(chunk);
  await turns();
  if (asked.length > 1) broken('two questions at once');
  if (stream.sent.length > asked.length) broken('an answer to nothing');
  clock.advance(patienceMs);
  if (stream.reason === undefined) broken('it listens for ever');
  clock.advance(1);
  if (clock.waiting > 0) broken('a timer is left');
  const isFault = stream.reason === 'malformed';
  return isFault ? 'malformed' : asked.join();
}

/** What a member makes of the chunks as an answer. */
async function called(chunks: readonly Uint8Array[]): Promise<string> {
  const clock = new FakeClock();
  const stream = new OneEnd(clock);
  const caller = new ClaimCaller({ clock, open: async () => stream });
  let answered: string | undefined;
  const posted = caller.post({ claimId, session, message: Uint8Array.of(1) });
  void posted.then(({ kind }) => {
    answered = kind;
  });
  await turns();
  for (const chunk of chunks) stream.say(chunk);
  await turns();
  clock.advance(patienceMs);
  await turns();
  if (answered === undefined) broken('a question without an answer');
  caller.stop();
  clock.advance(1);
  if (clock.waiting > 0) broken('a timer is left');
  return answered;
}

async function run(input: Uint8Array): Promise<FuzzVerdict> {
  const octets = input.subarray(0, -1);
  const cut = Math.floor((octets.length * (input.at(-1) ?? 0)) / 256);
  const pieces = [octets.subarray(0, cut), octets.subarray(cut)];
  const asked = await listened([octets]);
  const askedInTwo = await listened(pieces);
  // A question that is whole in the first piece is taken before the rest is seen.
  if (asked !== askedInTwo && asked !== 'malformed') broken(`cut at ${cut} it is another question`);
  const answered = await called([octets]);
  if (answered === 'unreachable') return 'malformed';
  if (cut > 0 && cut < octets.length && (await called(pieces)) !== answered) {
    broken(`cut at ${cut} it is another answer`);
  }
  return answered;
}

function seeds(): Uint8Array[] {
  const cut = Uint8Array.of(90);
  const request = encodeClaimRequest({ claimId, session, message: new Uint8Array(90).fill(5) });
  return [
    concat(request, cut),
    concat(encodeClaimAnswer({ kind: 'message', message: new Uint8Array(300).fill(6) }), cut),
    concat(encodeClaimAnswer({ kind: 'used', claimants: ['Hafen', 'Nord'] }), cut),
    concat(encodeClaimAnswer({ kind: 'busy' }), cut),
  ];
}

export function createClaimStreamTarget(): FuzzTarget {
  return { name: 'claim-stream', seeds, run };
}
