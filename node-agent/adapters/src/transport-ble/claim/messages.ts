/**
 * What passes on a stream of a claim (docs/protocol/claim.md): one question of the end that opened
 * it, one answer, by turns. The octets inside are the claim's own affair. No step of a message's
 * way. What comes in is a stranger's: it is read strictly, within bounds, and as it comes.
 */
import { concat, ok, type Result, refused } from '@muster/core';
import { claimStreamLimits } from './limits.ts';

export interface ClaimRequest {
  /** 8 bytes. */
  readonly claimId: Uint8Array;
  /** 8 bytes, the caller's choice. */
  readonly session: Uint8Array;
  readonly message: Uint8Array;
}

export type ClaimAnswer =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  /** Ask the same again. */
  | { readonly kind: 'later' }
  /** Not awaited here, too much to do, over. */
  | { readonly kind: 'unknown' | 'busy' | 'ended' }
  /** The code was used; `claimants`: by whom, in a stranger's words. */
  | { readonly kind: 'used'; readonly claimants: readonly string[] };

const answerKinds = ['message', 'later', 'unknown', 'busy', 'ended', 'used'] as const;
const idBytes = 8;
const requestHeadBytes = 2 * idBytes + 2;
const answerHeadBytes = 3;

export function encodeClaimRequest({ claimId, session, message }: ClaimRequest): Uint8Array {
  return concat(claimId, session, lengthOf(message), message);
}

export function encodeClaimAnswer(answer: ClaimAnswer): Uint8Array {
  const body = bodyOf(answer);
  return concat(Uint8Array.of(answerKinds.indexOf(answer.kind)), lengthOf(body), body);
}

function bodyOf(answer: ClaimAnswer): Uint8Array {
  if (answer.kind === 'message') return answer.message;
  if (answer.kind !== 'used') return new Uint8Array(0);
  const { claimantsMax, claimantBytesMax } = claimStreamLimits;
  const names = answer.claimants.slice(0, claimantsMax).map((name) => {
    // A letter that is cut in two becomes a mark of replacement at the other end.
    const bytes = new TextEncoder().encode(name).subarray(0, claimantBytesMax);
    return concat(Uint8Array.of(bytes.length), bytes);
  });
  return concat(...names);
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length > claimStreamLimits.messageBytesMax) throw new RangeError('too long for a claim');
  return Uint8Array.of(length >> 8, length & 0xff);
}

/** A head and as many bytes as it says, out of pieces that are cut anywhere. */
export class ClaimReader<T> {
  readonly #headBytes: number;
  readonly #decode: (head: Uint8Array, body: Uint8Array) => T | undefined;
  #whole: Uint8Array;
  #filled = 0;

  constructor(headBytes: number, decode: (head: Uint8Array, body: Uint8Array) => T | undefined) {
    this.#headBytes = headBytes;
    this.#decode = decode;
    this.#whole = new Uint8Array(headBytes);
  }

  /** Bytes of a message that is not whole yet. */
  get isWithin(): boolean {
    return this.#filled > 0;
  }

  /** Undefined: not whole yet. Turns alternate, so nothing may follow behind what is whole. */
  push(bytes: Uint8Array): Result<T, 'malformed'> | undefined {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(this.#whole.length - this.#filled, bytes.length - at);
      this.#whole.set(bytes.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.#headBytes) this.#makeRoom();
      if (this.#filled < this.#whole.length) continue;
      return at < bytes.length ? refused('malformed') : this.#take();
    }
    return undefined;
  }

  #makeRoom(): void {
    const length = this.#whole[this.#headBytes - 2]! * 256 + this.#whole[this.#headBytes - 1]!;
    const whole = new Uint8Array(this.#headBytes + length);
    whole.set(this.#whole);
    this.#whole = whole;
  }

  #take(): Result<T, 'malformed'> {
    const head = this.#whole.subarray(0, this.#headBytes);
    const value = this.#decode(head, this.#whole.subarray(this.#headBytes));
    this.#whole = new Uint8Array(this.#headBytes);
    this.#filled = 0;
    return value === undefined ? refused('malformed') : ok(value);
  }
}

export function requestReader(): ClaimReader<ClaimRequest> {
  return new ClaimReader(requestHeadBytes, (head, message) => {
    if (message.length === 0) return undefined;
    return {
      claimId: head.subarray(0, idBytes),
      session: head.subarray(idBytes, 2 * idBytes),
      message,
    };
  });
}

export function answerReader(): ClaimReader<ClaimAnswer> {
  return new ClaimReader(answerHeadBytes, (head, body): ClaimAnswer | undefined => {
    const kind = answerKinds[head[0]!];
    if (kind === 'message') return { kind, message: body };
    if (kind === 'used') return usedOf(body);
    return kind === undefined || body.length > 0 ? undefined : { kind };
  });
}

function usedOf(body: Uint8Array): ClaimAnswer | undefined {
  const claimants: string[] = [];
  for (let at = 0; at < body.length; ) {
    const length = body[at]!;
    const name = body.subarray(at + 1, at + 1 + length);
    const isRight = name.length === length && length <= claimStreamLimits.claimantBytesMax;
    if (!isRight || claimants.length >= claimStreamLimits.claimantsMax) return undefined;
    claimants.push(new TextDecoder().decode(name));
    at += 1 + length;
  }
  return { kind: 'used', claimants };
}
