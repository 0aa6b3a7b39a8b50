/** Plays a whole exchange between an initiator and a responder, and counts what it takes. */
import assert from 'node:assert/strict';
import type { ReconcileOutcome, ReconcileStep } from '../../../src/replication/iblt/exchange.ts';
import { ReconcileInitiator } from '../../../src/replication/iblt/reconcile-initiator.ts';
import { ReconcileResponder } from '../../../src/replication/iblt/reconcile-responder.ts';
import { shortIds } from '../../../src/replication/iblt/short-ids.ts';
import { range, type SetPair } from './sets.ts';

export interface Played {
  readonly initiator: ReconcileOutcome;
  readonly responder: ReconcileOutcome;
  /** All bytes, both ways. */
  readonly bytes: number;
  /** Whole ones; a half when the initiator has the last word. */
  readonly roundTrips: number;
  readonly sent: readonly Sent[];
}

export interface Sent {
  readonly toResponder: boolean;
  readonly body: Uint8Array;
}

export interface PlayOptions {
  readonly key: Uint8Array;
  readonly maxBodyBytes?: number;
}

/** No honest exchange takes more flights than this. */
const flightsMax = 16;

export function play({ a, b }: SetPair, { key, maxBodyBytes = 16_384 }: PlayOptions): Played {
  const left = new ReconcileInitiator({ ids: a, key, maxBodyBytes });
  const right = new ReconcileResponder({ ids: b, key, maxBodyBytes });
  const outcomes: (ReconcileOutcome | undefined)[] = [undefined, undefined];
  const sent: Sent[] = [];
  let flight = left.start();
  let flights = 0;
  for (; flight.length > 0; flights++) {
    assert.ok(flights < flightsMax, 'the exchange goes on and on');
    const to = flights % 2 === 0 ? right : left;
    const steps = flight.map((body) => {
      assert.ok(body.length <= maxBodyBytes, `body of ${body.length} bytes`);
      return taken(to, body);
    });
    // A side speaks only when it has heard all that was sent, so that no flights cross.
    assert.ok(steps.slice(0, -1).every((step) => step.send.length === 0 && !step.outcome));
    sent.push(...flight.map((body) => ({ toResponder: to === right, body })));
    const last = steps.at(-1)!;
    if (last.outcome !== undefined) outcomes[flights % 2] = last.outcome;
    flight = last.send;
  }
  const [responder, initiator] = outcomes;
  assert.ok(initiator !== undefined && responder !== undefined, 'both sides end with an outcome');
  const bytes = sent.reduce((sum, { body }) => sum + body.length, 0);
  return { initiator, responder, bytes, roundTrips: flights / 2, sent };
}

function taken(to: ReconcileInitiator | ReconcileResponder, body: Uint8Array): ReconcileStep {
  const answer = to.receive(body);
  assert.ok(answer.ok, `an honest body was refused: ${answer.ok ? '' : answer.reason}`);
  return answer.value;
}

/** Plays, and holds the outcomes against what idSets made. */
export function playExactly(
  sets: SetPair,
  options: PlayOptions & { readonly common: number },
): Played {
  const played = play(sets, options);
  const { initiator, responder } = played;
  const onlyA = range(options.common, sets.a.length / 32);
  const onlyB = range(options.common, sets.b.length / 32);
  const twins = initiator.push.filter((index) => index < options.common);
  assert.deepEqual(Array.from(initiator.push), [...twins, ...onlyA]);
  if (twins.length > 0) assertTwins(sets, { ...options, twins });
  assert.deepEqual(Array.from(responder.push), onlyB);
  assert.equal(initiator.wants, onlyB.length);
  assert.equal(responder.wants, onlyA.length);
  return played;
}

/** What was pushed needlessly shares its four bytes with something that is wanted. */
function assertTwins(
  { a }: SetPair,
  { key, common, twins }: PlayOptions & { common: number; twins: Uint32Array },
): void {
  const { lo } = shortIds(a, key);
  const wanted = new Set(lo.subarray(common));
  for (const index of twins) assert.ok(wanted.has(lo[index]!), `item ${index} is not wanted`);
}
