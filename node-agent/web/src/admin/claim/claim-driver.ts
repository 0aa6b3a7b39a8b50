/**
 * Drives the end of a claim that scanned the code: it sends, the other end answers, turn by turn
 * (docs/protocol/claim.md). It waits while the other end does, asks again what got lost, and gives
 * up when nothing was heard for a while. What it carries is sealed; it looks into none of it.
 */
import type { ClaimFault, ClaimStep, Clock } from '@muster/core';
import { adminTimes } from '../limits.ts';

/** What became of one request. No octets: not yet. */
export type Posted =
  | { readonly ok: true; readonly message: Uint8Array }
  | { readonly ok: false; readonly fault: ClaimFault };

export interface DriverParts<Ask> {
  readonly clock: Clock;
  readonly machine: {
    start(): Uint8Array;
    receive(octets: Uint8Array): ClaimStep<Ask>;
  };
  post(message: Uint8Array): Promise<Posted>;
  /** After every answer, to look at the machine's phase. */
  onTurn(): void;
  decide(ask: Ask): Promise<ClaimStep<Ask>>;
  isStopped(): boolean;
}

/** Undefined when all went well. */
export async function driveClaim<Ask>(parts: DriverParts<Ask>): Promise<ClaimFault | undefined> {
  const { clock, machine } = parts;
  let message = machine.start();
  let heardMs: number | undefined;
  for (;;) {
    const posted = await parts.post(message);
    if (parts.isStopped()) return 'gave-up';
    if (!posted.ok) {
      // Who never answered is not there; who did may be slow, or out of reach for a moment.
      const silentMs = heardMs === undefined ? undefined : clock.monotonicMs() - heardMs;
      const isOver = silentMs === undefined || silentMs > adminTimes.claimSilenceMsMax;
      if (posted.fault !== 'unreachable' || isOver) return posted.fault;
      await pause(clock);
      continue;
    }
    heardMs = clock.monotonicMs();
    let step = machine.receive(posted.message);
    parts.onTurn();
    if (step.kind === 'ask') step = await parts.decide(step);
    if (step.kind === 'ask') return 'gave-up';
    if (step.kind === 'ended') {
      if (step.message) await parts.post(step.message);
      return step.fault;
    }
    if (posted.message.length === 0) await pause(clock);
    message = step.message;
  }
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => void clock.after(adminTimes.claimAskAgainMs, resolve));
}
