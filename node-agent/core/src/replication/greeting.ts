/**
 * The exchange of hellos at the start of a link (step 4 of a message's way): makes the own one and
 * judges the other. It believes a neighbour only when its certificate is valid here and names the
 * very key that the link has proven.
 */
import { equalBytes } from '../bytes/compare.ts';
import type { Link } from '../ports/link.ts';
import { ok, type Result, refused } from '../result.ts';
import type { CloseReason } from './close-reason.ts';
import {
  decodeHello,
  encodeHello,
  nonceBytes,
  protocolVersion,
  sessionKey,
  speaksOurs,
} from './hello.ts';
import type { Surroundings } from './mesh.ts';

export class Greeting {
  readonly #surroundings: Surroundings;
  readonly #link: Link;
  readonly #nonce: Uint8Array;

  constructor(surroundings: Surroundings, link: Link) {
    this.#surroundings = surroundings;
    this.#link = link;
    this.#nonce = surroundings.random.bytes(nonceBytes);
  }

  /** The own hello. */
  message(): Uint8Array {
    return encodeHello({
      versionMin: protocolVersion,
      versionMax: protocolVersion,
      nonce: this.#nonce,
      certificate: this.#surroundings.host.certificate,
    });
  }

  /** The session key when the neighbour's hello holds, else why the link must end. */
  judge(message: Uint8Array): Result<Uint8Array, CloseReason> {
    const { host, crypto } = this.#surroundings;
    const hello = decodeHello(message);
    if (hello === undefined) return refused('malformed');
    if (!speaksOurs(hello)) return refused('version-unknown');
    if (equalBytes(hello.certificate, host.certificate)) return refused('own-key');
    const key = host.checkCertificate(hello.certificate);
    if (key === undefined || !equalBytes(key, this.#link.peerKey)) {
      return refused('certificate-refused');
    }
    const [initiator, responder] = this.#link.initiator
      ? [this.#nonce, hello.nonce]
      : [hello.nonce, this.#nonce];
    return ok(sessionKey(crypto, { initiator, responder }));
  }
}
