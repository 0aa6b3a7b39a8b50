/**
 * The exchange of hellos at the start of a link (step 4 of a message's way): makes the own one and
 * judges the other. It believes a neighbour only when its certificate is valid here and names the
 * very key that the link has proven. Who opened the link speaks first; the other end says nothing
 * to a stranger, not even who it is.
 */
import { equalBytes } from '../../bytes/compare.ts';
import { concat } from '../../bytes/concat.ts';
import { decodeCertificate } from '../../identity/certificate.ts';
import type { Link } from '../../ports/link.ts';
import { ok, type Result, refused } from '../../result.ts';
import type { Mesh } from '../mesh.ts';
import type { CloseReason } from '../messages/close-reason.ts';
import {
  decodeHello,
  encodeHello,
  freshBytes,
  isWholeNonce,
  makeNonce,
  protocolVersion,
  runBytes,
  sessionKey,
  speaksOurs,
} from '../messages/hello.ts';

/** Told also to whom the own hello was not shown: it has shown a certificate of this site. */
export const toldToMembers: ReadonlySet<CloseReason> = new Set([
  'revoked',
  'cloned',
  'certificate-ended',
  'version-unknown',
  'own-key',
]);

export interface Greeted {
  readonly sessionKey: Uint8Array;
  readonly certificate: Uint8Array;
  /** 8 bytes, the same in all hellos of one run of the neighbour. */
  readonly run: Uint8Array;
}

export class Greeting {
  readonly #mesh: Mesh;
  readonly #link: Link;
  readonly #nonce: Uint8Array;

  constructor(mesh: Mesh, link: Link) {
    this.#mesh = mesh;
    this.#link = link;
    const { crypto, run, random } = mesh;
    this.#nonce = makeNonce(crypto, concat(run, random.bytes(freshBytes)));
  }

  /** The own hello. */
  message(): Uint8Array {
    return encodeHello({
      versionMin: protocolVersion,
      versionMax: protocolVersion,
      nonce: this.#nonce,
      certificate: this.#mesh.host.certificate,
    });
  }

  /** What the neighbour's hello says when it holds, else why the link must end. */
  judge(message: Uint8Array): Result<Greeted, CloseReason> {
    const { host, crypto, run: ownRun } = this.#mesh;
    const hello = decodeHello(message);
    if (hello === undefined || !isWholeNonce(crypto, hello.nonce)) return refused('malformed');
    const { certificate } = hello;
    const checked = host.checkCertificate(certificate);
    const names = checked.ok ? checked.value : decodeCertificate(certificate)?.nodeKey;
    if (!names || !equalBytes(names, this.#link.peerKey)) return refused('certificate-refused');
    if (!checked.ok) return checked;
    const run = hello.nonce.slice(0, runBytes);
    const own = decodeCertificate(host.certificate)?.nodeKey;
    if (own && equalBytes(own, names)) {
      if (equalBytes(run, ownRun)) return refused('own-key');
      host.onSecond(certificate);
      return refused('cloned');
    }
    if (!speaksOurs(hello)) return refused('version-unknown');
    const [initiator, responder] = this.#link.initiator
      ? [this.#nonce, hello.nonce]
      : [hello.nonce, this.#nonce];
    return ok({ certificate, run, sessionKey: sessionKey(crypto, { initiator, responder }) });
  }
}
