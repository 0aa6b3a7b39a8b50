/** What became of an act or a grant; a failure is an error like any other. */
import { MusterError } from '@muster/core';
import type { ActResult } from '../../admin/site-view.ts';
import type { PutOutcome } from '../../client/node-session.ts';

/** Whether it was done here; false: on its way to another node. Throws where it failed. */
export function requireDone(result: ActResult): boolean {
  if (result.ok) return !('sent' in result);
  const { code, message, mend } = result.error;
  throw new MusterError(code, message, mend);
}

export function requireHeld(outcome: PutOutcome): void {
  if (outcome.state === 'held') return;
  const mend = outcome.retry
    ? 'It is kept, and goes with the next command of this admin.'
    : 'Check with muster admin list what this admin may do.';
  throw new MusterError('not-held', `The node does not take it: ${outcome.message}`, mend);
}
