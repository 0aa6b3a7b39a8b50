/**
 * A whole reconciliation with both ends in this process: for the benchmark and the test vectors.
 * It throws where an honest exchange does not end well, which would be a bug.
 */
import { ReconcileInitiator, type ReconcileOutcome, ReconcileResponder } from '@muster/core';

export interface ExchangeInput {
  /** 32 bytes each, one after the other. */
  readonly initiatorIds: Uint8Array;
  readonly responderIds: Uint8Array;
  readonly key: Uint8Array;
  readonly maxBodyBytes: number;
}

export interface Exchanged {
  readonly bodies: readonly {
    readonly from: 'initiator' | 'responder';
    readonly body: Uint8Array;
  }[];
  /** How often the word went from one side to the other. */
  readonly flights: number;
  readonly initiator: ReconcileOutcome;
  readonly responder: ReconcileOutcome;
}

export function exchange(input: ExchangeInput): Exchanged {
  const { key, maxBodyBytes } = input;
  const sides = {
    initiator: new ReconcileInitiator({ ids: input.initiatorIds, key, maxBodyBytes }),
    responder: new ReconcileResponder({ ids: input.responderIds, key, maxBodyBytes }),
  };
  const bodies: Exchanged['bodies'][number][] = [];
  const outcomes: { initiator?: ReconcileOutcome; responder?: ReconcileOutcome } = {};
  let flight = sides.initiator.start();
  let flights = 0;
  for (; flight.length > 0; flights++) {
    const [from, to] =
      flights % 2 === 0
        ? (['initiator', 'responder'] as const)
        : (['responder', 'initiator'] as const);
    const answers: Uint8Array[] = [];
    for (const body of flight) {
      bodies.push({ from, body });
      const answer = sides[to].receive(body);
      if (!answer.ok) throw new Error(`the ${to} refused a body: ${answer.reason}`);
      answers.push(...answer.value.send);
      if (answer.value.outcome !== undefined) outcomes[to] = answer.value.outcome;
    }
    flight = answers;
  }
  const { initiator, responder } = outcomes;
  if (initiator === undefined || responder === undefined) throw new Error('no outcome');
  return { bodies, flights, initiator, responder };
}
