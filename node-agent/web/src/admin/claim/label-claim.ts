/**
 * Claims the box whose label was scanned: this phone speaks first, through the node of its session,
 * because a page may speak with no other address than the one it came from.
 */
import {
  type ClaimCode,
  type ClaimFault,
  ClaimIssuer,
  type ClaimStep,
  claimIdOf,
  type IssuerAsk,
  type IssuerStep,
  shortCodeOf,
  toHex,
} from '@muster/core';
import type { AdminSession } from '../session/admin-session.ts';
import { driveClaim, type Posted } from './claim-driver.ts';
import type { ClaimEnd, NodeClaim } from './node-claim.ts';

/** In the place of an address: by Bluetooth, to whichever box near the node has the code. */
export const byBluetooth = 'bluetooth';

/** Where the box may be, best first: where the node sees it now, what its label says, on air. */
export function addressesOf(session: AdminSession, code: ClaimCode): readonly string[] {
  const short = shortCodeOf(session.parts.crypto, code.secret);
  const seen = session.site.value?.unclaimed ?? [];
  const here = seen.filter(({ shortCode }) => shortCode === short).map(({ address }) => address);
  return [...new Set([...here, ...code.addresses, byBluetooth])];
}

export interface LabelClaimOptions {
  readonly code: ClaimCode;
  readonly siteName: string;
  /** host:port or `bluetooth`, in the order in which they are tried. */
  readonly addresses: readonly string[];
  isStopped(): boolean;
}

/** Runs to its end; the claim's state tells how it goes. */
export async function claimByLabel(
  session: AdminSession,
  claim: NodeClaim,
  { addresses, ...rest }: LabelClaimOptions,
): Promise<void> {
  let fault: ClaimFault | undefined = 'unreachable';
  for (const address of addresses) {
    if (rest.isStopped()) return;
    claim.state.value = { kind: 'reaching', address };
    fault = await claimAt(session, claim, { ...rest, address });
    // Once the box has answered, no other address is it.
    if (fault === undefined) return claim.onDone();
    if (claim.subject || fault !== 'unreachable') break;
  }
  claim.fail(fault);
}

async function claimAt(
  session: AdminSession,
  claim: NodeClaim,
  at: Omit<LabelClaimOptions, 'addresses'> & { readonly address: string },
): Promise<ClaimFault | undefined> {
  const { crypto, random, clock, issuer, siteKey } = session.parts;
  const { code, siteName, address } = at;
  const end = new ClaimIssuer({
    ...{ crypto, random, code, issuer, siteKey, siteName },
    isInitiator: true,
  });
  const id = toHex(claimIdOf(crypto, code.secret));
  const trial = toHex(random.bytes(8));
  const post = async (message: Uint8Array): Promise<Posted> => {
    const reached = await session.claims.reach({ address, id, session: trial, message });
    return reached.ok ? reached : { ok: false, fault: faultOf(reached.code) };
  };
  return driveClaim<IssuerAsk>({
    ...{ clock, machine: end, post, isStopped: at.isStopped, onTurn: () => undefined },
    decide: (ask) => decide(end, claim, ask),
  });
}

/** Resolves once the person has decided. */
function decide(
  end: ClaimIssuer,
  claim: NodeClaim,
  { subject, comparisonCode }: IssuerAsk,
): Promise<IssuerStep> {
  return new Promise<ClaimStep<IssuerAsk>>((resolve) => {
    const decision: ClaimEnd = {
      confirm: (document) => resolve(end.confirm(document)),
      refuse: (reason) => resolve(end.refuse(reason)),
    };
    claim.onAsk(subject, comparisonCode, decision);
  });
}

const faults: Readonly<Record<string, ClaimFault>> = {
  'claim-not-awaited': 'nobody-waits',
  'claim-busy': 'busy',
  'claim-used': 'used',
  'claim-ended': 'gave-up',
};

function faultOf(code: string): ClaimFault {
  return faults[code] ?? 'unreachable';
}
