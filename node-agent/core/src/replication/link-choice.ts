/**
 * Which of several links to one neighbour carries the bundles: the cheapest; among equals the one
 * with the lowest session key, which both ends find the same (step 4 of a message's way).
 */
import { compareBytes } from '../bytes/compare.ts';
import type { CostClass } from '../ports/link.ts';

const costOrder: readonly CostClass[] = ['lan', 'radio', 'metered'];

interface Choosable {
  readonly link: { readonly costClass: CostClass };
  readonly sessionKey: Uint8Array;
}

export function chooseUsed<S extends Choosable>(sessions: readonly S[]): S | undefined {
  const rank = (session: S): number => costOrder.indexOf(session.link.costClass);
  return sessions.toSorted(
    (a, b) => rank(a) - rank(b) || compareBytes(a.sessionKey, b.sessionKey),
  )[0];
}
