/**
 * An hour beside five boxes with a sniffer that keeps everything: no box can be followed across a
 * rotation by what it sends, and the same linker follows each box that leaks something.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sniffed } from '@muster/adapters/transport-ble/testing';
import { between, toHex } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { type Box, type BoxOptions, createWorld } from './boxes.ts';
import { leaks } from './leaks.ts';
import { type Claim, linkSessions, type Session, sessionsOf } from './linker.ts';

const hourMs = 60 * 60_000;
const boxCount = 5;
/** Of what the linker claims; by chance a fifth would be. */
const rightShare = 0.4;

interface Hour {
  readonly sessions: readonly Session[];
  readonly claims: readonly Claim[];
  /** Whose a session is. */
  readonly ownerOf: (session: Session) => string | undefined;
  readonly links: number;
}

async function hour(seed: number, options: (own: Uint8Array) => BoxOptions): Promise<Hour> {
  const world = createWorld(seed);
  const boxes = Array.from({ length: boxCount }, (_, i): Box => {
    return world.box(`box ${i}`, options(world.random.bytes(12)));
  });
  const heard: Sniffed[] = [];
  const owners = new Map<string, string>();
  world.radio.sniff((event) => {
    heard.push(event);
    for (const { name, radio } of boxes) {
      if (radio.adapters.length > 0) owners.set(radio.adapter().peer.address, name);
    }
  });
  for (const { medium, above } of boxes) {
    await world.pass(between(world.random, 0, 3 * 60_000), 1_000);
    await medium.start(above);
  }
  // People walk between boxes: links break, and are made anew from other addresses.
  for (let passedMs = 0; passedMs < hourMs; passedMs += 7 * 60_000) {
    await world.pass(7 * 60_000, 500);
    for (const link of world.radio.links) link.cut();
  }
  const { linksAccepted } = boxes[0]!.medium.status().counts;
  await world.stop();
  const sessions = sessionsOf(heard);
  const ownerOf = ({ address }: Session): string | undefined => owners.get(address);
  return { sessions, claims: linkSessions(sessions), ownerOf, links: linksAccepted };
}

/** As BlueZ has them where it may set the kernel's rpa_timeout. */
function drawnLives(seed: number): (own: Uint8Array) => BoxOptions {
  const random = new SeededRandom(seed);
  return () => {
    const lives = random.fork();
    return { addressLifeMs: () => between(lives, 400_000, 900_000) };
  };
}

/** As BlueZ has them where it may not. */
function evenLives(): (own: Uint8Array) => BoxOptions {
  return () => ({ addressLifeMs: 898_000 });
}

function textOf({ method, a, b }: Claim): string {
  return `${method}: ${a.address} ${toHex(a.data)} and ${b.address} ${toHex(b.data)}`;
}

test('nobody can be followed across a rotation by what the boxes send', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const lives = seed <= 4 ? drawnLives(seed) : evenLives();
    const { sessions, claims, ownerOf } = await hour(seed, lives);
    const perBox = Map.groupBy(sessions, ownerOf);
    assert.equal(perBox.size, boxCount);
    for (const of of perBox.values()) assert.ok(of.length >= 4, `${of.length} tags in an hour`);
    const greetings = sessions.flatMap((session) => session.greetings);
    assert.ok(greetings.length >= 20, `${greetings.length} greetings`);
    assert.deepEqual(claims.map(textOf), [], `seed ${seed}`);
    for (const { firstMs, lastMs } of sessions) assert.ok(lastMs - firstMs <= 15 * 60_000);
  }
});

for (const [leak, options] of Object.entries(leaks)) {
  test(`the same linker follows boxes with ${leak}`, async () => {
    const { claims, ownerOf } = await hour(5, (own) => ({
      ...drawnLives(5)(own),
      ...options(own),
    }));
    const right = claims.filter(({ a, b }) => a !== b && ownerOf(a) === ownerOf(b));
    const followed = new Set(right.map(({ a }) => ownerOf(a)));
    assert.ok(followed.size >= 1, `${claims.length} claims, none right: ${claims[0]?.method}`);
    assert.ok(
      right.length >= claims.length * rightShare,
      `${right.length} of ${claims.length} right: ${claims[0]?.method}`,
    );
  });
}
