/**
 * Sends one message into a channel from the command line and waits until it is held: step 1. What
 * an earlier call left unanswered goes first, as it was signed then.
 */
import {
  type BundleDraft,
  type BundleKind,
  type Clock,
  type Crypto,
  composeBundle,
  HybridClock,
  Lane,
  Role,
  roleLimits,
  type Scope,
  ticketIdOf,
} from '@muster/core';
import type { Device, PendingBundle } from './device.ts';
import type { NodeSession, PutOutcome, Welcome } from './node-session.ts';

export interface Sending {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly device: Device;
  readonly session: NodeSession;
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** How long refusals that may pass are waited out. */
  readonly waitMsMax: number;
  /** How it is handed in; `put` unless given. What an earlier call left goes as `put`. */
  readonly as?: 'put' | 'act';
}

export interface Draft {
  readonly kind: BundleKind;
  readonly tag: Uint8Array;
  readonly payload: Uint8Array;
  /** Anywhere unless given. */
  readonly scope?: Scope;
}

export async function sendBundle(sending: Sending, draft: Draft): Promise<PutOutcome> {
  const { device, session } = sending;
  const { pending } = device.state;
  if (pending) {
    const earlier = await putUntilSettled({ ...sending, as: 'put' }, pending);
    if (earlier.state === 'refused' && earlier.retry) return earlier;
    device.save({ pending: undefined });
  }
  const welcome = await session.welcome;
  device.skipPast(welcome.seqMax);
  const outcome = await putUntilSettled(sending, sign(sending, draft, welcome));
  // Refused for now: it stays pending and goes with the next call.
  if (outcome.state === 'held' || !outcome.retry) device.save({ pending: undefined });
  return outcome;
}

/** Signs the next bundle of the chain; chain and bundle are on disk when it returns. */
function sign(sending: Sending, draft: Draft, welcome: Welcome): PendingBundle {
  const { crypto, clock, device, site } = sending;
  const { chain, stamp } = device.state;
  const hybrid = new HybridClock(stamp);
  const { unixMs, quality } = clock.wall();
  const limits = roleLimits[Role[welcome.role as keyof typeof Role] ?? Role.guest];
  const whole: BundleDraft = {
    ...draft,
    lane: Lane.normal,
    lifetimeS: limits.lifetimeSMax,
    hopLimit: limits.hopsMax,
    stamp: hybrid.next(unixMs),
    quality,
  };
  const { ticket } = welcome;
  const author = { key: device.key, site, ticket: ticketIdOf(crypto, ticket) };
  const next = composeBundle(crypto, author, { chain, draft: whole });
  const { signed, signature } = next.bundle;
  const pending = { signed, signature, ticket };
  device.save({ chain: next.chain, stamp: hybrid.last, ticket, pending });
  return pending;
}

async function putUntilSettled(sending: Sending, bundle: PendingBundle): Promise<PutOutcome> {
  const { clock, session, waitMsMax, as } = sending;
  const startedMs = clock.monotonicMs();
  for (;;) {
    const ageMs = clock.monotonicMs() - startedMs;
    const outcome = await session.put({ ...bundle, ageMs }, as);
    if (outcome.state === 'held' || !outcome.retry) return outcome;
    const waitMs = Math.max(outcome.retryAfterMs, 1_000);
    if (ageMs + waitMs > waitMsMax) return outcome;
    await new Promise<void>((resolve) => clock.after(waitMs, resolve));
  }
}
