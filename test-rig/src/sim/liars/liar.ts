/**
 * A liar: a box with a valid certificate whose node is a real MeshNode over lying ports and lying
 * links. So it speaks the protocol as well as any, and breaks just the one promise of its kind.
 */
import type { CarriedBundle, Clock, Crypto, Link, MeshNode, Random, Store } from '@muster/core';
import type { SampleNode, SampleSite, SeededRandom } from '@muster/core/testing';

export const liarKinds = [
  /** Bundles with a wrong signature, in another's name, of another site, of another channel. */
  'forger',
  /** Again and again what it ever saw, also after it expired, also as if it were new. */
  'replayer',
  /** Takes all, gives nothing, says that it has it. */
  'withholder',
  /** What it says of its set is wrong. */
  'false-set',
  /** Ages and hops go back to nothing. */
  'age-resetter',
  /** Two contents under one number. */
  'forker',
  /** Random and changed frames. */
  'babbler',
  /** Guests invented out of its own certificate. */
  'flooder',
] as const;
export type LiarKind = (typeof liarKinds)[number];

/** Those of whom a bundle may come with another age than it has. */
export const ageLiars: readonly LiarKind[] = ['replayer', 'age-resetter', 'babbler'];

export interface LiarPorts {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly store: Store;
  readonly random: Random;
}

export interface LiarBox {
  /** Undefined while the box is off. */
  readonly node: Pick<MeshNode, 'since' | 'carried'> | undefined;
}

/** A bundle that a liar wrote rightly, with a key of its own: where it is shown it is genuine. */
export interface LiarWrote {
  readonly id: Uint8Array;
  readonly carried: CarriedBundle;
}

export interface LiarOptions {
  readonly random: SeededRandom;
  readonly site: SampleSite;
  readonly sample: SampleNode;
  readonly clock: Clock;
  readonly count: (fault: 'lie', times?: number) => void;
  /** Told of every bundle that it wrote rightly, before anybody gets it. */
  readonly wrote: (bundle: LiarWrote) => void;
}

export interface Liar {
  /** Ports for the MeshNode of this box, made of the honest ones; for each start anew. */
  ports(honest: LiarPorts): LiarPorts;
  /** The link that its node gets instead. */
  wrap(link: Link): Link;
  /** About once a virtual minute while the box is on. */
  act(box: LiarBox): void;
}
