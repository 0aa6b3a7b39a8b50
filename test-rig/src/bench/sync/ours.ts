/**
 * Our reconciliation, both ends in this process: from the ids to what each side is to send, the
 * short ids and the naming of what is wanted included.
 */
import { ReconcileInitiator, type ReconcileOutcome, ReconcileResponder } from '@muster/core';
import { type Cost, cpuMsSince } from './cost.ts';
import type { TwoSets } from './sets.ts';

const maxBodyBytes = 65_536;

export function reconcileOurs({ a, b, key, onlyA, onlyB }: TwoSets): Cost {
  const before = process.cpuUsage();
  const initiator = new ReconcileInitiator({ ids: a.ids, key, maxBodyBytes });
  const responder = new ReconcileResponder({ ids: b.ids, key, maxBodyBytes });
  let flight = initiator.start();
  let flights = 0;
  let bytes = 0;
  const outcomes: ReconcileOutcome[] = [];
  for (; flight.length > 0; flights++) {
    const receiver = flights % 2 === 0 ? responder : initiator;
    const answers: Uint8Array[] = [];
    for (const body of flight) {
      bytes += body.length;
      const answer = receiver.receive(body);
      if (!answer.ok) throw new Error(`reconciliation failed: ${answer.reason}`);
      answers.push(...answer.value.send);
      if (answer.value.outcome !== undefined) outcomes.push(answer.value.outcome);
    }
    flight = answers;
  }
  const cpuMs = cpuMsSince(before);
  const wants = outcomes.reduce((sum, outcome) => sum + outcome.wants, 0);
  if (outcomes.length !== 2 || wants !== onlyA + onlyB) throw new Error('wrong difference');
  return { bytes, binaryBytes: bytes, roundTrips: flights / 2, cpuMs };
}
