/**
 * The exchange of hellos at the start of a link (step 4 of a message's way): says the own one and
 * judges the other. It believes a neighbour only when its certificate is valid here and names the
 * very key that the link has proven. Who opened the link speaks first; the other end says nothing
 * to a stranger, not even who it is. A hello that stays away ends the link.
 */
import { equalBytes } from '../../bytes/compare.ts';
import { concat } from '../../bytes/concat.ts';
import { decodeCertificate } from '../../identity/certificate.ts';
import type { Timer } from '../../ports/clock.ts';
import type { Link } from '../../ports/link.ts';
import { ok, type Result, refused } from '../../result.ts';
import { sessionLimits } from '../limits.ts';
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
const toldToMembers: ReadonlySet<CloseReason> = new Set([
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

const nobody: Greeted = {
  sessionKey: new Uint8Array(0),
  certificate: new Uint8Array(0),
  run: new Uint8Array(0),
};

/** Why a member is believed no more; it is heard out, where anybody else's link ends at once. */
const heardOut: ReadonlySet<CloseReason> = new Set(['certificate-ended', 'revoked']);

export interface GreetingEvents {
  readonly say: (hello: Uint8Array) => void;
  /** The link must end. */
  readonly onTimeout: (reason: CloseReason) => void;
}

export class Greeting {
  readonly #mesh: Mesh;
  readonly #link: Link;
  readonly #events: GreetingEvents;
  readonly #nonce: Uint8Array;
  #greeted = nobody;
  #spoke = false;
  #isHeardOut = false;
  #timer: Timer | undefined;

  constructor(mesh: Mesh, link: Link, events: GreetingEvents) {
    this.#mesh = mesh;
    this.#link = link;
    this.#events = events;
    const { crypto, run, random } = mesh;
    this.#nonce = makeNonce(crypto, concat(run, random.bytes(freshBytes)));
  }

  start(): void {
    this.#timer = this.#mesh.clock.after(sessionLimits.helloTimeoutMs, () =>
      this.#events.onTimeout('hello-timeout'),
    );
    if (this.#link.initiator) this.#speak();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** What the neighbour's hello said; of nobody until it was found to hold. */
  get greeted(): Greeted {
    return this.#greeted;
  }

  /**
   * A member that was shut out, as far as this node knows: it may have been done with a stolen
   * admin key, and this be the one who brings the root's word against that. It has a moment for it.
   */
  get isHeardOut(): boolean {
    return this.#isHeardOut;
  }

  /** Whether the neighbour may know why the link ends, and so that somebody is here. */
  mayTell(reason: CloseReason): boolean {
    return this.#spoke || toldToMembers.has(reason);
  }

  /** Judges the neighbour's hello, and answers it if it holds or its sender is heard out. */
  hear(message: Uint8Array): Result<Greeted, CloseReason> {
    const judged = this.#judge(message);
    if (judged.ok) {
      this.#timer?.cancel();
      this.#greeted = judged.value;
    } else if (heardOut.has(judged.reason)) this.#hearOut(judged.reason);
    else return judged;
    if (!this.#spoke) this.#speak();
    return judged;
  }

  #hearOut(reason: CloseReason): void {
    this.#isHeardOut = true;
    this.#timer?.cancel();
    const { clock } = this.#mesh;
    this.#timer = clock.after(sessionLimits.hearOutMs, () => this.#events.onTimeout(reason));
  }

  #speak(): void {
    this.#spoke = true;
    const { certificate } = this.#mesh.host;
    const [versionMin, versionMax] = [protocolVersion, protocolVersion];
    this.#events.say(encodeHello({ versionMin, versionMax, nonce: this.#nonce, certificate }));
  }

  /** What the neighbour's hello says when it holds, else why the link must end. */
  #judge(message: Uint8Array): Result<Greeted, CloseReason> {
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
