/** A node, whole, and what it offers to those around it. */
export type * from './api.ts';
export { MeshNode } from './mesh-node.ts';
export type { KnownPolicy } from './policy-book.ts';
