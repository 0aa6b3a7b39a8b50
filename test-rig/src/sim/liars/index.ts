/** Boxes that lie. */
import type { Clock, Crypto, Link, MeshNode, Random, Store } from '@muster/core';
export type LiarKind = 'forger' | 'age-resetter';
export const liarKinds: readonly LiarKind[] = [];
export const ageLiars: readonly LiarKind[] = [];
export interface Ports { crypto: Crypto; clock: Clock; store: Store; random: Random }
export interface Liar { ports(honest: Ports): Ports; wrap(link: Link): Link; act(box: { node: MeshNode | undefined }): void }
export function createLiar(_kind: LiarKind, _options: unknown): Liar { throw new Error('none'); }
