/**
 * Our reconciliation, both ends in this process: from the ids to what each side is to send, the
 * short ids and the naming of what is wanted included.
 */
import { type Cost, cpuMsSince } from './cost.ts';
import { exchange } from './exchange.ts';
import type { TwoSets } from './sets.ts';

const maxBodyBytes = 65_536;

export function reconcileOurs({ a, b, key, onlyA, onlyB }: TwoSets): Cost {
  const before = process.cpuUsage();
  const { bodies, flights, initiator, responder } = exchange({
    initiatorIds: a.ids,
    responderIds: b.ids,
    key,
    maxBodyBytes,
  });
  const cpuMs = cpuMsSince(before);
  if (responder.wants !== onlyA || initiator.wants !== onlyB) throw new Error('wrong difference');
  const bytes = bodies.reduce((sum, { body }) => sum + body.length, 0);
  return { bytes, binaryBytes: bytes, roundTrips: flights / 2, cpuMs };
}
