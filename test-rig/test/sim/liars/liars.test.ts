/**
 * Two honest boxes and a liar, all joined: the honest ones stay safe, talk with each other, and
 * refuse the liar for a reason where it can be told.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CloseReason, type DropReason, Role } from '@muster/core';
import type { MemoryWire } from '@muster/core/testing';
import { ageLiars, type LiarKind, liarKinds } from '../../../src/sim/liars/index.ts';
import { minuteMs, Stage } from '../checkers/stage.ts';

const minutes = 40;
const pairs = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;
const liar = 1;
const seed = 7;

interface Told {
  readonly dropped: Partial<Record<DropReason, number>>;
  readonly linksRefused: Partial<Record<CloseReason, number>>;
  readonly frozenAuthors: number;
}

/** What shows the honest boxes that somebody lies; a withholder is like a slow box. */
const signs: Readonly<Record<LiarKind, (told: Told) => unknown>> = {
  forger: ({ dropped }) => dropped['signature-wrong'] && dropped['ticket-forged'],
  replayer: ({ dropped }) => dropped.seen && dropped['expired-known'],
  withholder: () => true,
  'false-set': ({ linksRefused }) => linksRefused['peer-lies'] || linksRefused.malformed,
  'age-resetter': ({ dropped }) => dropped['expired-known'],
  forker: ({ frozenAuthors }) => frozenAuthors,
  babbler: ({ linksRefused }) => linksRefused.malformed,
  flooder: ({ dropped }) => dropped,
};

function play(kind: LiarKind) {
  const agesLie = ageLiars.includes(kind);
  const liars = [undefined, kind, undefined];
  const stage = new Stage({ boxes: 3, framesLie: true, agesLie, liars, seed });
  const wires = new Map<string, MemoryWire>();
  const authors = [stage.author(Role.staff), stage.site.guest(stage.boxes[2]!.sample)];
  let written = 0;
  for (let minute = 0; minute < minutes; minute++) {
    for (const [a, b] of pairs) {
      // Whoever was dropped comes again: a liar does not go away.
      const isOpen = [a, b].every((n) => openLinks(stage, n, a === n ? b : a));
      if (!isOpen) wires.set(`${a}-${b}`, stage.join(a, b));
    }
    const author = authors[minute % 2]!;
    const lifetimeS = minute < 10 ? 300 : 6 * 3600;
    const bundle = stage.write(author, `message ${minute}`, { lifetimeS, stamp: stampOf(minute) });
    assert.equal(stage.put(bundle, 0), 'held');
    written++;
    stage.clock.advance(minuteMs / 2);
    const box = stage.boxes[liar]!;
    box.liar!.act(box);
    stage.clock.advance(minuteMs / 2);
    stage.checkers.look(stage.nowMs);
  }
  stage.clock.advance(2 * minuteMs);
  stage.heal([[0, 2]]);
  return { stage, written };
}

function stampOf(minute: number) {
  return { ms: 1_800_000_000_000 + minute * minuteMs, counter: 0 };
}

function openLinks(stage: Stage, from: number, to: number): boolean {
  const { nodeKey } = stage.boxes[to]!;
  const neighbours = stage.boxes[from]!.node!.status().neighbours;
  return neighbours.some((one) => one.nodeKey && Buffer.compare(one.nodeKey, nodeKey) === 0);
}

for (const kind of liarKinds) {
  test(`two honest boxes beside a liar: ${kind}, seed ${seed}`, () => {
    const { stage, written } = play(kind);
    assert.deepEqual(stage.checkers.violations.kept, []);
    const mine = new Set(stage.shown[2]!.map(({ author }) => Buffer.from(author).toString('hex')));
    assert.ok(mine.size >= 2, 'the other honest box hears of both authors');
    assert.equal(stage.checkers.heldCount, written);
    assert.ok(stage.lies > 0, 'it lied');
    const told = [0, 2].map((n) => stage.boxes[n]!.node!.status());
    assert.ok(told.some(signs[kind]), JSON.stringify(told, undefined, 1));
  });
}
