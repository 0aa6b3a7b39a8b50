/**
 * The hello: first message of both sides of a link (step 4 of a message's way). Nothing else is
 * sent or accepted before both were checked. Later versions may add fields at its end, which only
 * an offer of such a version excuses.
 */
import { equalBytes } from '../../bytes/compare.ts';
import { concat } from '../../bytes/concat.ts';
import { domain } from '../../bytes/domain.ts';
import type { Crypto } from '../../ports/crypto.ts';
import { messageLimits } from '../limits.ts';
import { MessageReader } from './message-reader.ts';
import { MessageType } from './message-type.ts';
import { MessageWriter } from './message-writer.ts';

export const protocolVersion = 1;
export const runBytes = 8;
/** Fresh for each link. */
export const freshBytes = 4;
const checkBytes = 4;
const nonceBytes = runBytes + freshBytes + checkBytes;

export interface Hello {
  /** Versions spoken, both ends included. */
  readonly versionMin: number;
  readonly versionMax: number;
  /**
   * 16 bytes: 8 that are the same in all hellos of one run of the node, 4 fresh for each link, and
   * 4 by which these 12 are known to be whole.
   */
  readonly nonce: Uint8Array;
  readonly certificate: Uint8Array;
}

export function encodeHello(hello: Hello): Uint8Array {
  return new MessageWriter(32 + hello.certificate.length)
    .byte(MessageType.hello)
    .byte(hello.versionMin)
    .byte(hello.versionMax)
    .bytes(hello.nonce)
    .sized(hello.certificate)
    .finish();
}

export function decodeHello(message: Uint8Array): Hello | undefined {
  const reader = new MessageReader(message);
  if (reader.byte() !== MessageType.hello) return undefined;
  const hello: Hello = {
    versionMin: reader.byte(),
    versionMax: reader.byte(),
    nonce: reader.copy(nonceBytes),
    certificate: reader.sized(messageLimits.certificateBytesMax).slice(),
  };
  if (hello.versionMin < 1 || hello.versionMin > hello.versionMax) return undefined;
  const whole = hello.versionMax > protocolVersion ? !reader.failed : reader.done();
  return whole ? hello : undefined;
}

/** True when version 1, the only one yet, is spoken by the other side too. */
export function speaksOurs(hello: Hello): boolean {
  return hello.versionMin <= protocolVersion && protocolVersion <= hello.versionMax;
}

const nonceDomain = domain('replicate-nonce');

/** Of the 12 bytes that are random. */
export function makeNonce(crypto: Crypto, random: Uint8Array): Uint8Array {
  return concat(random, crypto.blake2b(16, nonceDomain, random).subarray(0, checkBytes));
}

/** False when it was changed on its way: one wrong bit must not look like another run of a node. */
export function isWholeNonce(crypto: Crypto, nonce: Uint8Array): boolean {
  return equalBytes(nonce, makeNonce(crypto, nonce.subarray(0, runBytes + freshBytes)));
}

const sessionDomain = domain('replicate-session');

/** The key of a session's short ids: fresh when either nonce is, so nobody can aim collisions. */
export function sessionKey(
  crypto: Crypto,
  nonces: { readonly initiator: Uint8Array; readonly responder: Uint8Array },
): Uint8Array {
  return crypto.blake2b(16, sessionDomain, nonces.initiator, nonces.responder);
}
