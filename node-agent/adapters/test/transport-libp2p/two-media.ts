/**
 * Two transports in virtual time with a LAN, through a proxy that can be silenced, and a medium in
 * memory. The sockets are real, and so are a few pauses within the library: a step of virtual time
 * takes a millisecond of real time at least. As the core does, who dialled says hello on each link.
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { KeyPair, Link } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';
import { type AirShape, TestAir, type TestMedium } from './test-air.ts';
import { sightingOf, sortedKeys, startNode, type TestNode } from './two-nodes.ts';

const stepMs = 25;

/** A link at one end, from its opening on. */
export interface Seen {
  readonly link: Link;
  readonly openedMs: number;
  readonly frames: Uint8Array[];
  closedMs: number | undefined;
  reason: string | undefined;
}

export interface MediaNode extends TestNode {
  readonly medium: TestMedium;
  readonly seen: Seen[];
  /** Those that stand, as this end sees it. */
  standing(): Seen[];
  onFrameDo: (frame: Uint8Array) => void;
  onDrainDo: () => void;
}

export interface World {
  readonly clock: FakeClock;
  readonly air: TestAir;
  readonly low: MediaNode;
  readonly high: MediaNode;
  /** On the way from high to low: it dials through it. */
  readonly proxy: TcpProxy;
  /** Both find each other on the LAN; who dials does so through the proxy. */
  sightLan(): void;
  pass(ms: number): Promise<void>;
  until(what: string, condition: () => boolean, limitMs: number): Promise<void>;
  stop(): Promise<void>;
}

export const addressOf = { low: 'r-00000000000a', high: 'r-00000000000b' };

export async function makeWorld(shape: Partial<AirShape> = {}): Promise<World> {
  const clock = new FakeClock();
  const air = new TestAir(clock, shape);
  const keys = sortedKeys(2);
  const low = await mediaNode(keys[0]!, clock, air.medium(addressOf.low));
  const high = await mediaNode(keys[1]!, clock, air.medium(addressOf.high));
  const proxy = await startProxy(high.transport.addresses()[0]!);
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      await wait(1);
    }
  };
  return {
    clock,
    air,
    low,
    high,
    proxy,
    pass,
    sightLan() {
      low.transport.addSighting({ ...sightingOf(high), addresses: [proxy.address] });
    },
    async until(what, condition, limitMs) {
      const endMs = clock.monotonicMs() + limitMs;
      while (!condition()) {
        assert.ok(clock.monotonicMs() < endMs, `not within ${limitMs} ms: ${what}`);
        await pass(stepMs);
      }
    },
    async stop() {
      await Promise.all([low, high].map(({ transport }) => transport.stop()));
      await proxy.stop();
    },
  };
}

async function mediaNode(key: KeyPair, clock: FakeClock, medium: TestMedium): Promise<MediaNode> {
  const seen: Seen[] = [];
  const node = await startNode(key, { clock, media: [medium], onLink: (link) => see(link) });
  const see = (link: Link): void => {
    const frames: Uint8Array[] = [];
    const openedMs = clock.monotonicMs();
    const one: Seen = { link, openedMs, frames, closedMs: undefined, reason: undefined };
    seen.push(one);
    link.start({
      onFrame(frame) {
        frames.push(frame);
        made.onFrameDo(frame);
        if (frames.length === 1 && !link.initiator) link.send(new Uint8Array([2]));
      },
      onDrain: () => made.onDrainDo(),
      onClose(reason) {
        one.closedMs = clock.monotonicMs();
        one.reason = reason;
      },
    });
    if (link.initiator) link.send(new Uint8Array([1]));
  };
  const made: MediaNode = {
    ...node,
    medium,
    seen,
    standing: () => seen.filter(({ closedMs }) => closedMs === undefined),
    onFrameDo() {},
    onDrainDo() {},
  };
  return made;
}
