/**
 * Replication between small hosts on memory wires in virtual time: every test of this folder lives
 * in one. Belongs to no step; nothing that ships imports it.
 */
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import type { CarriedBundle } from '../../src/index.ts';
import type { Link, LinkHandlers } from '../../src/ports/link.ts';
import { Forwarder } from '../../src/replication/forwarder.ts';
import { singleFlag } from '../../src/replication/frames/frame.ts';
import { encodeHello, makeNonce } from '../../src/replication/messages/hello.ts';
import { MessageWriter } from '../../src/replication/messages/message-writer.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import {
  createMemoryWire,
  type MemoryWire,
  type MemoryWireOptions,
} from '../../src/testing/memory-link.ts';
import { createMemoryLogger } from '../../src/testing/memory-logger.ts';
import { MemoryReplicationHost } from '../../src/testing/replication-host.ts';
import { type SampleAuthor, type SampleNode, SampleSite } from '../../src/testing/sample-site.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';

export type WireOptions = Partial<Omit<MemoryWireOptions, 'keyA' | 'keyB'>>;

export interface HouseOptions {
  readonly storeDelayMs?: number;
  readonly bulkOverRadio?: boolean;
}

/** One node's worth: a host and a forwarder. */
export class House {
  readonly sample: SampleNode;
  readonly host: MemoryReplicationHost;
  readonly forwarder: Forwarder;
  /** When each bundle new here came on disk, virtual milliseconds by id in hexadecimal. */
  readonly arrivedMs = new Map<string, number>();
  neighbourChanges = 0;

  constructor(hamlet: Hamlet, sample: SampleNode, options: HouseOptions) {
    this.sample = sample;
    const { clock, site } = hamlet;
    const { storeDelayMs = 2, bulkOverRadio = false } = options;
    this.host = new MemoryReplicationHost({
      trust: site.trust,
      clock,
      certificate: sample.certificate,
      storeDelayMs,
      verify: (bundle) => hamlet.verify(bundle),
      onNew: ({ id, from }) => {
        this.arrivedMs.set(toHex(id), clock.monotonicMs());
        const bundle = this.host.sendable(id);
        if (bundle === undefined) return;
        this.forwarder.offer(bundle, from ? { from, wantHeld: false } : { wantHeld: true });
      },
    });
    this.forwarder = new Forwarder({
      host: this.host,
      clock,
      random: hamlet.random,
      crypto,
      logger: hamlet.logger,
      bulkOverRadio,
      onNeighbours: () => {
        this.neighbourChanges += 1;
      },
    });
    this.forwarder.start();
  }

  get key(): Uint8Array {
    return this.sample.key.publicKey;
  }

  /** Takes a bundle as from a client of this node. */
  put(bundle: { readonly carried: CarriedBundle }): void {
    this.host.put(bundle.carried);
  }

  /** Sum over the links. */
  total(what: 'bundlesSent' | 'bundlesReceived' | 'duplicatesReceived' | 'bytesSent'): number {
    return this.forwarder.neighbours().reduce((sum, status) => sum + status[what], 0);
  }
}

export class Hamlet {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly clock = new FakeClock();
  readonly logger = createMemoryLogger();
  readonly site: SampleSite;
  readonly #verified = new Map<string, boolean>();

  /** With the `site` of another hamlet its nodes and authors are at home here too. */
  constructor(seed: number, site?: SampleSite) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.site = site ?? new SampleSite(crypto, this.random);
  }

  house(node: string | SampleNode, options: HouseOptions = {}): House {
    return new House(this, typeof node === 'string' ? this.site.node(node) : node, options);
  }

  houses(count: number): House[] {
    return Array.from({ length: count }, (_, i) => this.house(`node ${i}`));
  }

  author(): SampleAuthor {
    return this.site.author(Role.staff);
  }

  wire(a: House, b: House, options: WireOptions = {}): MemoryWire {
    return this.wireOf(a.key, b.key, options);
  }

  /** `keyA` opened it. */
  wireOf(keyA: Uint8Array, keyB: Uint8Array, options: WireOptions): MemoryWire {
    const common = { delayMs: 5, random: this.random };
    return createMemoryWire(this.clock, { ...common, ...options, keyA, keyB });
  }

  link(a: House, b: House, options: WireOptions = {}): MemoryWire {
    const wire = this.wire(a, b, options);
    a.forwarder.addLink(wire.a);
    b.forwarder.addLink(wire.b);
    return wire;
  }

  /** A real signature check, done once for all hosts. */
  verify(bundle: {
    readonly id: Uint8Array;
    readonly signature: Uint8Array;
    readonly fields: { readonly author: Uint8Array };
  }): boolean {
    const name = toHex(bundle.id) + toHex(bundle.signature);
    let right = this.#verified.get(name);
    if (right === undefined) {
      right = crypto.verify(bundle.signature, bundle.id, bundle.fields.author);
      this.#verified.set(name, right);
    }
    return right;
  }
}

/** The end of a link that a test plays itself: it keeps what it gets and sends what it is told. */
export class PlayedEnd {
  readonly frames: Uint8Array[] = [];
  closed: string | undefined;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.start({
      onFrame: (frame) => this.frames.push(frame),
      onDrain: () => {},
      onClose: (reason) => {
        this.closed = reason;
      },
    });
  }

  /** A frame that is one whole message. */
  send(stream: number, message: Uint8Array): void {
    this.#link.send(Uint8Array.from([stream | singleFlag, ...message]));
  }

  /** A message in as many frames as it takes. */
  sendLong(stream: number, message: Uint8Array): void {
    const whole = new MessageWriter().sized(message).finish();
    for (let at = 0; at < whole.length; at += 4_000) {
      this.#link.send(Uint8Array.from([stream, ...whole.subarray(at, at + 4_000)]));
    }
  }

  /** A proper hello for this certificate. */
  greet(certificate: Uint8Array): void {
    const nonce = makeNonce(crypto, new Uint8Array(12).fill(7));
    this.send(0, encodeHello({ versionMin: 1, versionMax: 1, nonce, certificate }));
  }

  /** Types of the whole messages that came on a stream. */
  types(stream: number): number[] {
    const whole = this.frames.filter((frame) => frame[0] === (stream | singleFlag));
    return whole.map((frame) => frame[1]!);
  }
}

/** The same link with every frame that arrives changed; the number counts them from 0. */
export function tampered(link: Link, change: (frame: Uint8Array, number: number) => Uint8Array) {
  let count = 0;
  const start = (handlers: LinkHandlers): void =>
    link.start({
      onFrame: (frame) => handlers.onFrame(change(frame, count++)),
      onDrain: () => handlers.onDrain(),
      onClose: (reason) => handlers.onClose(reason),
    });
  const { peerKey, initiator, maxFrameBytes, costClass } = link;
  const send = (frame: Uint8Array): boolean => link.send(frame);
  const close = (reason: string): void => link.close(reason);
  return { peerKey, initiator, maxFrameBytes, costClass, start, send, close };
}
