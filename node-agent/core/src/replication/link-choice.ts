/**
 * Which of several links to one neighbour carries the bundles (step 4 of a message's way): of its
 * newest run the cheapest; among equals the last that each end opened, and of these two the one
 * with the lower session key. Both ends find the same, and leave a link that died at one end only.
 */
import { compareBytes } from '../bytes/compare.ts';
import { type CostClass, costClasses } from '../ports/link.ts';

interface Choosable {
  readonly link: { readonly costClass: CostClass; readonly initiator: boolean };
  readonly sessionKey: Uint8Array;
  /** Set when a later run of the neighbour was met. */
  readonly supersededMs: number | undefined;
}

/** Of sessions in the order in which they began. */
export function chooseUsed<S extends Choosable>(sessions: readonly S[]): S | undefined {
  const newestRun = sessions.filter(({ supersededMs }) => supersededMs === undefined);
  const alive = newestRun.length > 0 ? newestRun : sessions;
  const cost = Math.min(...alive.map(costOf));
  const cheapest = alive.filter((session) => costOf(session) === cost);
  // Who opens another link has lost the one before, which the other end may not know yet.
  const lastOf = (initiator: boolean) =>
    cheapest.filter(({ link }) => link.initiator === initiator).slice(-1);
  return [...lastOf(true), ...lastOf(false)].sort((a, b) =>
    compareBytes(a.sessionKey, b.sessionKey),
  )[0];
}

function costOf({ link }: Choosable): number {
  return costClasses.indexOf(link.costClass);
}
