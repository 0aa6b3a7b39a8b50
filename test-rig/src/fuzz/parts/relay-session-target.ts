/**
 * Fuzz target: the relay link in life (step 6): a hostile gateway at a real relay, and a hostile
 * relay at a gateway's session. Input: frames behind their lengths, and which end as the last line.
 * Nothing thrown, nothing left behind, and a relay keeps only what its site signed.
 */
import { type Link, ok } from '@muster/core';
import { createMemoryWire, FakeClock, MemoryStore, SeededRandom } from '@muster/core/testing';
import { ClientSession, RelayHub } from '@muster/gateway/parsers';
import { decodeRelayMessage, MessageType } from '@muster/gateway/relay-link';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { ErrorLog } from './error-log.ts';
import * as cast from './relay-cast.ts';
import { inputOf, splitInput } from './seeds.ts';

const ends = ['gateway', 'stranger', 'relay'];
const maxFrameBytes = 48 * 1024;
const turnMs = 100;
/** Feeds, marks and questions: all that a session has under way is over by then. */
const betweenMs = 90_000;

class RelayWorld {
  readonly clock = new FakeClock();
  readonly logger = new ErrorLog();
  readonly hub: RelayHub;

  constructor() {
    const { clock, logger } = this;
    const random = new SeededRandom(32);
    const openStore = () => new MemoryStore({ clock });
    const { crypto, relayKey: key } = cast;
    this.hub = new RelayHub({ crypto, clock, random, logger, key, openStore });
    void this.hub.admitSites(
      [cast.hill, cast.harbour].map(({ key: { publicKey: siteKey } }, at) => {
        return { siteKey, name: `site ${at}`, bytesMax: 1_000_000 };
      }),
    );
    clock.advance(betweenMs);
  }

  wire() {
    const keyA = cast.hillGateway.key.publicKey;
    return createMemoryWire(this.clock, { keyA, keyB: cast.relayKey.publicKey, maxFrameBytes });
  }
}

export function createRelaySessionTarget(): FuzzTarget {
  let world = new RelayWorld();
  return {
    name: 'relay-session',
    seeds: () => [
      ...cast.fromGateway.flatMap((messages) => [
        inputOf('gateway', cast.framesOf(messages)),
        inputOf('stranger', cast.framesOf([cast.hello, ...messages])),
      ]),
      ...cast.fromRelay.map((messages) => inputOf('relay', cast.framesOf(messages))),
      inputOf('relay', cast.framesOf(cast.fromRelay.flat().slice(0, -1))),
      inputOf('gateway', cast.framesOf([...cast.fromGateway.flat().slice(0, -1)])),
    ],
    reset() {
      world = new RelayWorld();
    },
    run(input) {
      const [end, content] = splitInput(input, ends);
      const frames = cast.framesIn(content);
      return end === 'relay' ? meetGateway(world, frames) : meetRelay(world, frames, end);
    },
  };
}

/** Whoever is at the other end of the session that is fuzzed. */
class Hostile {
  readonly heard: Uint8Array[] = [];
  closed: string | undefined;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.start({
      onFrame: (frame) => this.heard.push(frame),
      onDrain() {},
      onClose: (reason) => {
        this.closed = reason;
      },
    });
  }

  say(clock: FakeClock, frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      if (this.closed !== undefined) return;
      this.#link.send(frame);
      clock.advance(turnMs);
    }
  }

  /** Why the other end went. */
  get farewell(): string {
    const last = decodeRelayMessage(this.heard.at(-1)?.subarray(1) ?? new Uint8Array(0));
    return last?.type === MessageType.bye ? last.reason : (this.closed ?? 'stays');
  }

  leave(): void {
    this.#link.close('done');
  }
}

function meetRelay(world: RelayWorld, frames: readonly Uint8Array[], end: string): FuzzVerdict {
  const { clock, hub, logger } = world;
  const wire = world.wire();
  const hostile = new Hostile(wire.a);
  hub.addLink(wire.b);
  if (end === 'gateway') hostile.say(clock, cast.framesIn(cast.framesOf([cast.hello])));
  hostile.say(clock, frames);
  clock.advance(turnMs);
  const { closed } = hostile;
  hostile.leave();
  clock.advance(betweenMs);
  logger.mustBeCalm();
  for (const { sessions, bytesUsed, bytesMax } of hub.sites()) {
    if (sessions > 0) broken('a session is left');
    if (bytesUsed > bytesMax * 1.05) broken('a site keeps more than its quota');
  }
  return closed === undefined ? hostile.heard.length > 1 : hostile.farewell;
}

function meetGateway(world: RelayWorld, frames: readonly Uint8Array[]): FuzzVerdict {
  const { clock } = world;
  const wire = world.wire();
  const hostile = new Hostile(wire.b);
  let endings = 0;
  const session = new ClientSession(wire.a, {
    clock,
    siteKey: cast.hill.key.publicKey,
    certificate: cast.hillGateway.certificate,
    policy: () => cast.hillPolicy,
    followed: () => [],
    onMark() {},
    events: {
      onUp() {},
      onDown() {},
      knows: () => false,
      onBundle: (_bundle, onAnswer) => onAnswer({ ok: true, id: new Uint8Array(32), nodes: 1 }),
      onWant() {},
      onPolicy: () => ok(undefined),
      onMark() {},
      onFlowing() {},
    },
    onEnd: () => {
      endings += 1;
    },
  });
  session.start();
  clock.advance(turnMs);
  const settled: string[] = [];
  for (const { id, carried } of cast.ownBundles) {
    session.put({ id, lane: 1, load: () => carried }, ({ outcome }) => settled.push(outcome));
  }
  hostile.say(clock, frames);
  const { closed } = hostile;
  hostile.leave();
  clock.advance(betweenMs);
  if (endings !== 1) broken(`a session ended ${endings} times`);
  if (settled.length > cast.ownBundles.length) broken('a bundle was settled twice');
  return closed === undefined ? hostile.heard.length > 2 : hostile.farewell;
}
