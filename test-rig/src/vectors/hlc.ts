/**
 * hlc.json: the hybrid logical clock step by step, and bundles in the one total order. The expected
 * stamps are written down here by hand from the specification; the tests hold the core to them.
 */
import { orderKeyOf, timeLimits } from '@muster/core';
import type { Vector } from './json.ts';

type Stamp = { readonly ms: number; readonly counter: number };

const drift = timeLimits.driftMsMax;
const counterMax = timeLimits.stampCounterMax;
const noon = 1_795_219_200_000;
const year2200 = 7_258_118_400_000;

type Step =
  | { readonly wallMs: number; readonly next: Stamp }
  | { readonly wallMs: number; readonly observe: Stamp; readonly last: Stamp };

const at = (ms: number, counter = 0): Stamp => ({ ms, counter });
const next = (wallMs: number, stamp: Stamp): Step => ({ wallMs, next: stamp });
const observe = (wallMs: number, stamp: Stamp, last: Stamp): Step => ({
  wallMs,
  observe: stamp,
  last,
});

type ClockCase = {
  readonly name: string;
  readonly why: string;
  /** The reading that was stored before; 0, 0 unless given. */
  readonly from?: Stamp;
  readonly steps: readonly Step[];
};

export function hlcVectors(): Vector {
  return {
    about:
      'Hybrid logical clock and total order; docs/protocol/time.md says how. In each clock case ' +
      'the steps are taken one after the other from the reading `from`: `next` is the stamp ' +
      'that the clock gives at that wall time, `last` its reading after it observed a stamp. ' +
      '`order` lists bundles in their order, with their order keys.',
    limits: { driftMsMax: drift, stampMsMax: timeLimits.stampMsMax, stampCounterMax: counterMax },
    clock: [...ordinary(), ...poisoned(), ...extremes()],
    order: orderCases(),
  };
}

function ordinary(): ClockCase[] {
  return [
    {
      name: 'follows the wall clock',
      why: 'The counter tells apart what happens within a millisecond.',
      steps: [next(noon, at(noon)), next(noon, at(noon, 1)), next(noon + 1, at(noon + 1))],
    },
    {
      name: 'answers later than what it answers',
      why: 'A stamp ahead of the own clock, within the bound, is taken over.',
      steps: [
        observe(noon, at(noon + 5_000, 3), at(noon + 5_000, 3)),
        next(noon, at(noon + 5_000, 4)),
        next(noon + 4_999, at(noon + 5_000, 5)),
        next(noon + 5_001, at(noon + 5_001)),
      ],
    },
    {
      name: 'the past changes nothing',
      why: 'Only later stamps move the clock.',
      from: at(noon, 2),
      steps: [
        observe(noon, at(noon - 1, 99), at(noon, 2)),
        observe(noon, at(noon, 1), at(noon, 2)),
        next(noon, at(noon, 3)),
      ],
    },
    {
      name: 'goes on after a restart',
      why: 'The stored reading is ahead of a wall clock that lost two seconds.',
      from: at(noon, 7),
      steps: [next(noon - 2_000, at(noon, 8))],
    },
  ];
}

function poisoned(): ClockCase[] {
  return [
    {
      name: 'a stamp of the year 2200',
      why: 'It moves the clock to the bound, ten minutes ahead, and the poison is gone after them.',
      steps: [
        observe(noon, at(year2200, 9), at(noon + drift)),
        next(noon, at(noon + drift, 1)),
        next(noon + drift, at(noon + drift, 2)),
        next(noon + drift + 1, at(noon + drift + 1)),
      ],
    },
    {
      name: 'a stamp just within the bound',
      why: 'Below the bound a stamp is taken as it is, with its counter.',
      steps: [
        observe(noon, at(noon + drift - 1, 5), at(noon + drift - 1, 5)),
        next(noon, at(noon + drift - 1, 6)),
      ],
    },
    {
      name: 'a stamp at the bound',
      why: 'From the bound on its counter does not count, or it could carry the clock beyond.',
      steps: [
        observe(noon, at(noon + drift, counterMax), at(noon + drift)),
        next(noon, at(noon + drift, 1)),
      ],
    },
    {
      name: 'a counter at its end',
      why: 'It overflows into the next millisecond.',
      steps: [
        observe(noon, at(noon + 10, counterMax), at(noon + 10, counterMax)),
        next(noon, at(noon + 11)),
        next(noon, at(noon + 11, 1)),
      ],
    },
    {
      name: 'set back by hours',
      why: 'The own reading is brought back to the bound; an error of the past does not stay.',
      from: at(noon, 4),
      steps: [
        next(noon - 3 * 3_600_000, at(noon - 3 * 3_600_000 + drift, 1)),
        next(noon - 3 * 3_600_000 + 1, at(noon - 3 * 3_600_000 + drift, 2)),
      ],
    },
    {
      name: 'set back by ten minutes',
      why: 'Within the bound the clock goes on from its reading.',
      from: at(noon, 4),
      steps: [next(noon - drift, at(noon, 5))],
    },
  ];
}

function extremes(): ClockCase[] {
  const end = timeLimits.stampMsMax;
  return [
    {
      name: 'before 1970',
      why: 'A wall time below 0 counts as 0.',
      steps: [next(-5, at(0, 1)), observe(-1_000_000, at(noon), at(drift)), next(-5, at(drift, 1))],
    },
    {
      name: 'at the end of time',
      why: 'A stamp stays within 48 and 24 bits; at the very last it stands still.',
      from: at(end, counterMax - 1),
      steps: [next(end + 5, at(end, counterMax)), next(end + 5, at(end, counterMax))],
    },
    {
      name: 'fractions of a millisecond',
      why: 'Wall time is rounded down.',
      steps: [next(noon + 0.9, at(noon)), next(noon + 0.95, at(noon, 1))],
    },
  ];
}

function orderCases(): Vector[] {
  const bytes = (byte: number, more: Readonly<Record<number, number>> = {}): Uint8Array =>
    Uint8Array.from({ length: 32 }, (_, i) => more[i] ?? byte);
  const rows: readonly (readonly [
    stamp: Stamp,
    author: Uint8Array,
    id: Uint8Array,
    why: string,
  ])[] = [
    [at(0), bytes(0), bytes(0), 'The least.'],
    [at(0), bytes(0), bytes(0, { 7: 1 }), 'By the id, within its first 8 bytes.'],
    [at(0), bytes(0, { 7: 1 }), bytes(0), 'The author comes before the id.'],
    [at(0), bytes(0x80), bytes(0), 'Bytes are unsigned.'],
    [at(0, 1), bytes(0), bytes(0), 'The counter comes before the author.'],
    [at(0, 255), bytes(0xff), bytes(0), 'The counter is a number of three bytes,'],
    [at(0, 256), bytes(0), bytes(0), 'the most significant first.'],
    [at(0, counterMax), bytes(0xff), bytes(0xff), 'The last counter.'],
    [at(1), bytes(0), bytes(0), 'The milliseconds come before everything.'],
    [at(2 ** 32 - 1), bytes(0xff), bytes(0), 'Beyond 32 bits,'],
    [at(2 ** 32), bytes(0), bytes(0), 'they go on counting.'],
    [at(noon), guestLike(3), bytes(9), 'An ordinary one.'],
    [at(timeLimits.stampMsMax, counterMax), bytes(0xff), bytes(0xff), 'The greatest.'],
  ];
  return rows.map(([stamp, author, id, why]) => ({
    stampMs: stamp.ms,
    stampCounter: stamp.counter,
    author,
    id,
    orderKey: orderKeyOf({ stamp, author }, id),
    why,
  }));
}

/** 32 bytes that are all different, to show which of them count. */
function guestLike(first: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => first + i);
}
