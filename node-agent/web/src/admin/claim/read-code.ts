/** A claim code as somebody brought it, judged before anything is tried with it. */
import {
  type ClaimCode,
  type ClaimCodeKind,
  type ClaimFault,
  ClockQuality,
  decodeClaimCode,
  judgeClaimCode,
  type Result,
  refused,
} from '@muster/core';
import type { ClientParts } from '../../app/client.ts';

export function readClaimCode(
  { crypto, clock, site }: Pick<ClientParts, 'crypto' | 'clock' | 'site'>,
  text: string,
  kind: ClaimCodeKind,
): Result<ClaimCode, ClaimFault> {
  const decoded = decodeClaimCode(crypto, text);
  if (!decoded.ok) return decoded;
  // A phone's clock is not trusted so far that a code would be refused by it.
  const now = { unixMs: clock.wall().unixMs, quality: ClockQuality.device };
  const fault = judgeClaimCode(decoded.value, { kinds: [kind], site, ...now });
  return fault ? refused(fault) : decoded;
}
