/** What the parent and a worker of a fan-out say to each other, one world after the other. */
import type { SimOptions } from '../../plan/options.ts';
import type { Outcome } from '../outcome.ts';

export type ToWorker = { readonly type: 'run'; readonly options: SimOptions };
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'outcome'; readonly outcome: Outcome };
