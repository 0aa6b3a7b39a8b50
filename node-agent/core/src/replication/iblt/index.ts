/**
 * Set reconciliation of one lane: rateless IBLTs over keyed short ids, with lists where those are
 * cheaper (step 4 of a message's way; docs/protocol/reconciliation.md). Pure and deterministic.
 *
 *   const initiator = new ReconcileInitiator({ ids, key, maxBodyBytes });
 *   send(initiator.start());
 *   // for each body that comes in:
 *   const answer = initiator.receive(body);
 *   if (!answer.ok) drop(answer.reason);
 *   else { send(answer.value.send); if (answer.value.outcome) push(answer.value.outcome.push); }
 */
export type { CodedSymbols } from './coded-symbols.ts';
export {
  bodyBytesMin as reconcileBodyBytesMin,
  itemsMax as reconcileItemsMax,
} from './constants.ts';
export type {
  ReconcileAnswer,
  ReconcileOptions,
  ReconcileOutcome,
  ReconcileStep,
} from './exchange.ts';
export { beginSequences, nextIndex } from './index-sequence.ts';
export { keyedMix } from './keyed-mix.ts';
export { ReconcileInitiator } from './reconcile-initiator.ts';
export { ReconcileResponder } from './reconcile-responder.ts';
export type { ReconcileFailure } from './series.ts';
export { deriveSeeds, type Seeds, type ShortIds, shortIds } from './short-ids.ts';
export { sketchOf } from './sketch.ts';
export { SymbolEncoder } from './symbol-encoder.ts';
export { expectedCount } from './symbol-wire.ts';
