/**
 * What a plan does to a simulated world, one action at one moment. An action says all that it needs
 * and depends on no other: leaving any of them out leaves a plan that runs.
 */
import type { Lane } from '@muster/core';
import type { Way } from '../network/line.ts';

interface Timed {
  /** Virtual milliseconds from the start of the world. */
  readonly atMs: number;
}

interface Lasting extends Timed {
  readonly forMs: number;
}

/** A person writes a message. */
export interface Write extends Timed {
  readonly kind: 'write';
  /** Number of the person. */
  readonly person: number;
  readonly channel: ChannelName;
  readonly lane: Lane;
  readonly lifetimeS: number;
  /** Characters of the text. */
  readonly length: number;
}

/** A person's phone hands over once more what was held already, `back` messages ago. */
export interface PutAgain extends Timed {
  readonly kind: 'put-again';
  readonly person: number;
  readonly back: number;
}

/** A person walks to another box. */
export interface Move extends Timed {
  readonly kind: 'move';
  readonly person: number;
  readonly box: number;
}

/** Faults of the line between two boxes. */
export type LineAction = Lasting & {
  /** Number of the line: the place of its boxes in the plan's `pairs`. */
  readonly line: number;
} & (
    | { readonly kind: 'cut' }
    | { readonly kind: 'block'; readonly way: Way }
    | { readonly kind: 'clog'; readonly way: Way }
    | { readonly kind: 'mangle'; readonly way: Way; readonly share: number }
    | {
        readonly kind: 'shake';
        readonly loss: number;
        readonly replay: number;
        readonly reorder: number;
        readonly delayMs: number;
        readonly bytesPerSecond: number;
      }
  );

/** Faults of a box. */
export type BoxAction = Lasting & {
  readonly box: number;
} & (
    | {
        readonly kind: 'crash';
        /** Of the batches that were on their way to disk, so many got there. */
        readonly reached: number;
        /** Where its wall clock stands when it comes back; undefined: where it would have been. */
        readonly wallMs?: number;
      }
    | { readonly kind: 'disk-lost' }
    | { readonly kind: 'disk-full' }
    | { readonly kind: 'disk-error' }
    | { readonly kind: 'wall-stop' }
    | { readonly kind: 'wall-jump'; readonly byMs: number }
    | { readonly kind: 'slow'; readonly commitMs: number }
  );

/** An admin revokes a key at a box. */
export interface Act extends Timed {
  readonly kind: 'act';
  readonly box: number;
}

/** A lying box does what its kind does. */
export interface Lie extends Timed {
  readonly kind: 'lie';
  readonly box: number;
}

export type Action = Write | PutAgain | Move | LineAction | BoxAction | Act | Lie;
export type ActionKind = Action['kind'];

export const channelNames = ['general', 'crew'] as const;
export type ChannelName = (typeof channelNames)[number];
