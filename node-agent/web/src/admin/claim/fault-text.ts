/** Why a claim came to nothing and what to do about it, as one text. */
import { type ClaimFault, claimFaultText } from '@muster/core';

export function faultText(fault: ClaimFault): string {
  const { message, mend } = claimFaultText[fault];
  return `${message} ${mend}`;
}
