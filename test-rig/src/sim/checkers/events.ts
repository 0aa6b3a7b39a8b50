/**
 * What a world tells its checkers: the words in which everything is said that happens to boxes and
 * people. World time is the monotonic time of the world's own clock, in milliseconds.
 */
import type { CarriedBundle, Crypto, DropReason, MeshNode, ReadBundle } from '@muster/core';

/** A box as the checkers see it: from outside, as people do. */
export interface Box {
  readonly number: number;
  /** The running node, undefined while the box is off. */
  readonly node: Pick<MeshNode, 'page' | 'status' | 'trust' | 'carried'> | undefined;
  readonly isLiar: boolean;
  /** 32 bytes. */
  readonly nodeKey: Uint8Array;
  /** Content that the box may keep, bytes. */
  readonly contentBytesMax: number;
}

export interface CheckersOptions {
  readonly crypto: Crypto;
  /** One for each box, its number the place in the list; `node` is read when it is needed. */
  readonly boxes: readonly Box[];
  /**
   * Ages may come changed: a liar resets them (`ageLiars`), or frames are mangled. Then a box is
   * only held to what it can know: the time since a bundle arrived at it.
   */
  readonly agesLie: boolean;
  /** There are liars, or frames are mangled: an honest box may rightly end links for a fault. */
  readonly framesLie: boolean;
  /**
   * The longest that a frame may be on its way over one link, clogs and all, milliseconds: so much
   * of a bundle's age nobody counts.
   */
  readonly transitMsMax: number;
}

/** Somebody wrote a bundle: it exists from now on. */
export interface Wrote {
  readonly id: Uint8Array;
  /** With its ticket. Everything else that checkers need is read from it. */
  readonly carried: CarriedBundle;
  /** The box that the writer is at. */
  readonly node: number;
  readonly nowMs: number;
  /** Wall time of the writer's own clock: then the order of its stamps is held to it. */
  readonly wallMs?: number;
  /** Written by a liar (it may fork): genuine where it is shown, but owed to nobody. */
  readonly byLiar?: boolean;
}

/** A box answered a phone's put. */
export interface Answered {
  readonly id: Uint8Array;
  readonly node: number;
  readonly answer: 'held' | DropReason;
  readonly nowMs: number;
}

/** A box told those around it of a bundle that is new there (`onBundle`). */
export interface Shown {
  readonly node: number;
  readonly bundle: ReadBundle;
  readonly nowMs: number;
}

/** After healing: what is still open beside the boxes. */
export interface Healed {
  readonly nowMs: number;
  /** The links of the healed mesh between honest boxes, as pairs of box numbers. */
  readonly edges: readonly (readonly [number, number])[];
  /** Bundles that wait in each phone's outbox; liars' people left out. */
  readonly waiting: readonly { readonly node: number; readonly count: number }[];
}
