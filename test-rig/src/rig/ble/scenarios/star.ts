/**
 * One box in the middle with as many links as an adapter is asked to hold: four others called it
 * and it called three, both roles on one adapter at once. All of them speak at the same time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { BlePeer } from '@muster/adapters/transport-ble';
import { bleUuids } from '@muster/adapters/transport-ble';
import type { Link } from '@muster/core';
import { until } from '../../report.ts';
import { airs } from '../inside/airs.ts';
import type { BlePlan, Report } from '../inside/event.ts';
import { End } from '../wire/end.ts';
import { random, WireNode } from '../wire/node.ts';

const { adapters } = airs.star;
const callers = 4;
/** There and back on each link: some three round trips of the window. */
const frames = 24;
const frameBytes = 1_000;
const dialsMax = 3;
const againMs = 1_000;
const patience = { waitMsMax: 40_000, everyMs: 50 };

interface Place {
  readonly end: End;
  readonly node: WireNode;
  /** By which it is heard on air. */
  readonly tag: Uint8Array;
}

export async function star(_: BlePlan, report: Report): Promise<void> {
  const places: Place[] = [];
  try {
    for (const adapter of adapters) places.push(await place(adapter));
    const [middle, ...others] = places as [Place, ...Place[]];
    const atMiddle = new Map<string, Link>();
    middle.node.onLink = (link) => atMiddle.set(nameOf(link.peerKey), echo(link));
    const atOthers = others.map(() => 0);
    others.forEach(({ node }, i) => {
      node.onLink = (link) =>
        speak(link, (bytes) => {
          atOthers[i]! += bytes;
        });
    });
    const beginMs = performance.now();
    for (const [i, other] of others.entries()) {
      if (i < callers) await dial(other, middle);
      else await dial(middle, other);
      await until(`${i + 1} links`, async () => atMiddle.size === i + 1, patience);
    }
    report.figure('starLinks', atMiddle.size);
    report.figure('starLinkedMs', performance.now() - beginMs);
    const all = async (): Promise<boolean> =>
      atOthers.every((bytes) => bytes >= frames * frameBytes);
    await until('all were answered on all links', all, patience);
    report.figure('starAnsweredMs', performance.now() - beginMs);
    report.expect(
      atMiddle.size === others.length,
      `${atMiddle.size} links at the one in the middle`,
    );
  } finally {
    for (const { node } of places) await node.stop();
    for (const { end } of places) await end.stop();
  }
}

async function place(adapter: string): Promise<Place> {
  const end = await End.start(adapter, undefined);
  const node = await WireNode.start(end);
  const tag = random.bytes(10);
  await end.adapter.peripheral.advertise({ service: bleUuids.mesh, data: tag });
  return { end, node, tag };
}

async function dial(from: Place, to: Place): Promise<void> {
  const peer: BlePeer = await from.end.hearAny((said) => Buffer.compare(said, to.tag) === 0);
  for (let tries = 1; ; tries++) {
    try {
      await from.node.medium.dial(peer);
      return;
    } catch (error) {
      if (tries === dialsMax) throw error;
      process.stderr.write(`star: dials again: ${String(error)}\n`);
      await delay(againMs);
    }
  }
}

/** What comes goes back. */
function echo(link: Link): Link {
  const onFrame = (frame: Uint8Array): void => {
    link.send(frame.slice());
  };
  link.start({ onFrame, onDrain: () => {}, onClose: () => {} });
  return link;
}

function speak(link: Link, onBytes: (bytes: number) => void): void {
  link.start({ onFrame: ({ length }) => onBytes(length), onDrain: () => {}, onClose: () => {} });
  for (let i = 0; i < frames; i++) link.send(random.bytes(frameBytes));
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}
