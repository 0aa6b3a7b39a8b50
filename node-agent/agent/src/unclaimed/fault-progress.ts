/** A claim's fault as it is shown: what it is and what to do, in the claim's own sentences. */
import { type ClaimFault, claimFaultText } from '@muster/core';
import type { ClaimProgress } from './claim-state.ts';

export function faultProgress(
  fault: ClaimFault,
  phase: ClaimProgress['phase'] = 'failed',
): ClaimProgress {
  return { phase, fault: { code: fault, ...claimFaultText[fault] } };
}
