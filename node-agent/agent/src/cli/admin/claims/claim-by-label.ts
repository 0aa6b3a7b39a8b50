/**
 * Claims a blank box by the label that it shows: this end begins. The box is reached from here
 * where that works, else through the node at hand, which may be in another network, or near it by
 * Bluetooth.
 */
import {
  type ClaimCode,
  type ClaimFault,
  ClaimIssuer,
  type Clock,
  claimIdOf,
  type IssuerAsk,
  type IssuerStep,
  MusterError,
  toHex,
} from '@muster/core';
import { byBluetooth, nearAddress } from '../../../claim/near-address.ts';
import { type PostFault, postClaim } from '../../../claim/post.ts';
import type { AdminSession } from '../../../client/admin-session.ts';
import type { OpenKeys } from '../keys.ts';
import { type Asking, decide } from './decide.ts';
import type { Awaited } from './invite-desk.ts';

export interface BoxPlaces {
  /** host:port, best first. */
  readonly addresses: readonly string[];
  /** The node at hand, where one is. */
  readonly through: AdminSession | undefined;
}

/** An answer of no octets: ask again with the same. */
type Carry = (message: Uint8Array) => Promise<Uint8Array>;

const later = new Uint8Array(0);
const pauseMs = 1_000;
/** A box that is busy or starting is waited for. */
const busyMsMax = 60_000;

/** Undefined once the box is claimed. */
export async function claimByLabel(
  keys: OpenKeys,
  awaited: Awaited,
  how: { readonly asking: Asking; readonly places: BoxPlaces },
): Promise<ClaimFault | undefined> {
  const { crypto, random, clock, site } = keys;
  const { siteKey, name: siteName } = site;
  const { code, issuer: signer } = awaited;
  const issuer = new ClaimIssuer({
    ...{ crypto, random, code, issuer: signer, siteKey, siteName },
    isInitiator: true,
  });
  const carry = carrier(keys, code, how.places);
  let message = issuer.start();
  for (;;) {
    const answer = await carry(message);
    if (answer.length === 0) await pause(clock);
    let step = issuer.receive(answer);
    if (step.kind === 'ask') step = await judge(awaited, issuer, { asking: how.asking, ...step });
    if (step.kind === 'send') message = step.message;
    else if (step.kind === 'ended') {
      if (step.message) await carry(step.message).catch(() => later);
      if (!step.fault) await awaited.onDone(issuer.subject!);
      return step.fault;
    }
  }
}

async function judge(
  awaited: Awaited,
  issuer: ClaimIssuer,
  { asking, subject, comparisonCode }: IssuerAsk & { readonly asking: Asking },
): Promise<IssuerStep> {
  const { document, changes } = await awaited.offer(subject);
  const { name } = awaited;
  const refusal = await decide(asking, { name, subject, comparisonCode, changes });
  if (refusal) return issuer.refuse(refusal);
  await awaited.onPromise(subject);
  return issuer.confirm(document);
}

/** Finds the place that answers with the first message, and stays with it. */
function carrier(keys: OpenKeys, code: ClaimCode, { addresses, through }: BoxPlaces): Carry {
  const claimId = claimIdOf(keys.crypto, code.secret);
  const session = toHex(keys.random.bytes(8));
  const ways = [
    ...addresses.map((address) => directly(keys.clock, { address, claimId, session })),
    ...addresses.map((address) => throughNode(through, { address, claimId, session })),
    throughNode(through, { address: byBluetooth, claimId, session }),
  ].filter((way) => way !== undefined);
  let known: Carry | undefined;
  return async (message) => {
    if (known) return known(message);
    const faults: unknown[] = [];
    for (const way of ways) {
      try {
        const answer = await way(message);
        known = way;
        return answer;
      } catch (error) {
        faults.push(error);
      }
    }
    throw faults.find((error) => !isUnreachable(error)) ?? faults[0] ?? noPlace();
  };
}

interface Destination {
  readonly address: string;
  readonly claimId: Uint8Array;
  readonly session: string;
}

function directly(clock: Clock, { address, claimId, session }: Destination): Carry {
  return async (message) => {
    const to = nearAddress(address);
    if (!to) throw postError('unreachable', address);
    const untilMs = clock.monotonicMs() + busyMsMax;
    for (;;) {
      const answer = await postClaim(clock, { to, claimId, session, message });
      if (answer.kind === 'message') return answer.message;
      if (answer.kind === 'later') return later;
      const mayWait = answer.kind === 'busy' && clock.monotonicMs() < untilMs;
      if (!mayWait) throw postError(answer.kind, address);
      await pause(clock);
    }
  };
}

function throughNode(
  node: AdminSession | undefined,
  { address, claimId, session }: Destination,
): Carry | undefined {
  if (!node) return undefined;
  return async (message) => (await node.reach(address, claimId, { session, message })) ?? later;
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.after(pauseMs, resolve));
}

function isUnreachable(error: unknown): boolean {
  return error instanceof MusterError && error.code === 'claim-unreachable';
}

const texts: Readonly<Record<PostFault, readonly [text: string, mend: string]>> = {
  unreachable: [
    'No blank box answers',
    'See that it is on and in the same network; its page says its address: give it with --address.',
  ],
  'not-awaited': ['Another box answers', 'Scan the code that this very box shows now.'],
  busy: ['The box is being claimed by others', 'Wait a minute, then try again.'],
  used: ['The box was claimed already', 'Find out by whom; reset it to claim it anew.'],
  ended: ['The box ended this claim', 'Begin again.'],
};

function postError(fault: PostFault, address: string): MusterError {
  const [text, mend] = texts[fault];
  return new MusterError(`claim-${fault}`, `${text} at ${address}`, mend);
}

function noPlace(): MusterError {
  const mend = 'Read it from the page or the console of the box, and give it with --address.';
  return new MusterError('claim-no-address', 'The code does not say where the box is', mend);
}
