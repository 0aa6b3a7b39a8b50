/**
 * Fuzz target: the bodies of a reconciliation, as either half of it gets them. Input: CBOR [half,
 * body ...]. Whatever comes, it ends, within the bytes that the sets allow; what it answers with is
 * counted, so that nobody makes it talk without end.
 */
import {
  concat,
  encodeCbor,
  type ReconcileAnswer,
  ReconcileInitiator,
  ReconcileResponder,
  reconcileItemsMax,
} from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { parseCbor } from '../mutate/cbor-tree.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';

const maxBodyBytes = 2_048;
const key = new Uint8Array(16).fill(7);
const random = new SeededRandom(77);
const shared = Array.from({ length: 400 }, () => random.bytes(32));
const setOf = (extra: number) =>
  concat(...shared, ...Array.from({ length: extra }, () => random.bytes(32)));
/** Own sets of different sizes, and those of the other end. */
const own = [setOf(3), setOf(0), setOf(120), new Uint8Array(0)];
const others = [setOf(5), setOf(40), setOf(400), random.bytes(32 * 30), new Uint8Array(0)];
/** A list of the set, and about as many bytes of symbols, and room for heads. */
const sentBytesMax = 40 * (shared.length + 500);

export function createIbltTarget(): FuzzTarget {
  const seeds = own.flatMap((ids, i) => others.flatMap((theirs) => exchange(i, ids, theirs)));
  return { name: 'iblt', seeds: () => seeds, run: runIblt };
}

/** What each half was told, in an honest exchange. */
function exchange(place: number, ids: Uint8Array, theirs: Uint8Array): Uint8Array[] {
  const seeds: Uint8Array[] = [];
  for (const isInitiator of [false, true]) {
    const [a, b] = isInitiator ? [ids, theirs] : [theirs, ids];
    const initiator = new ReconcileInitiator({ ids: a, key, maxBodyBytes });
    const responder = new ReconcileResponder({ ids: b, key, maxBodyBytes });
    const heard: Uint8Array[] = [];
    let toResponder: readonly Uint8Array[] = initiator.start();
    while (toResponder.length > 0) {
      if (!isInitiator) heard.push(...toResponder);
      const answers = sendAll(responder, toResponder);
      if (isInitiator) heard.push(...answers);
      toResponder = sendAll(initiator, answers);
    }
    seeds.push(encodeCbor([2 * place + (isInitiator ? 1 : 0), ...heard]));
  }
  return seeds;
}

function sendAll(
  half: { receive(body: Uint8Array): ReconcileAnswer },
  bodies: readonly Uint8Array[],
): Uint8Array[] {
  return bodies.flatMap((body) => {
    const answer = half.receive(body);
    if (!answer.ok) throw new Error(`an honest exchange ended: ${answer.reason}`);
    return [...answer.value.send];
  });
}

function runIblt(input: Uint8Array): FuzzVerdict {
  const { half, bodies } = readInput(input);
  const options = { ids: own[(half >> 1) % own.length]!, key, maxBodyBytes };
  const initiator = half % 2 === 1 ? new ReconcileInitiator(options) : undefined;
  const end = initiator ?? new ReconcileResponder(options);
  let sentBytes = 0;
  for (const body of initiator?.start() ?? []) sentBytes += body.length;
  for (const body of bodies) {
    const answer = end.receive(body);
    if (!answer.ok) return answer.reason;
    for (const sent of answer.value.send) {
      if (sent.length > maxBodyBytes) broken('a body that is too long');
      sentBytes += sent.length;
    }
    if (sentBytes > sentBytesMax) broken(`${sentBytes} bytes sent`);
    const { outcome } = answer.value;
    if (outcome) return judge(outcome, options.ids.length / 32);
  }
  return 'waits';
}

function judge(
  { push, wants }: { readonly push: Uint32Array; readonly wants: number },
  count: number,
): FuzzVerdict {
  if (wants > reconcileItemsMax) broken('wants more than there can be');
  for (let i = 0; i < push.length; i += 1) {
    if (push[i]! >= count || (i > 0 && push[i]! <= push[i - 1]!)) broken('pushes what it has not');
  }
  return true;
}

function readInput(input: Uint8Array): { half: number; bodies: readonly Uint8Array[] } {
  const [top] = parseCbor(input, { inStrings: false }) ?? [];
  if (top?.major !== 4) return { half: (input[0] ?? 0) & 7, bodies: [input.subarray(1)] };
  const [half, ...bodies] = top.items;
  return {
    half: half?.major === 0 ? Number(half.argument & 7n) : 0,
    bodies: bodies.filter(({ major }) => major === 2).map(({ content }) => content),
  };
}
