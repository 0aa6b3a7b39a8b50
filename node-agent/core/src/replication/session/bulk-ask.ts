/**
 * The bulk lane of one link (step 4 of a message's way): on a frugal link it is closed until the
 * neighbour asks for it, and compared only where one end has asked. Decides nothing of other lanes.
 */
import { Lane, lanes } from '../../bundle/bundle.ts';
import type { SessionLane } from '../lane/session-lane.ts';
import type { Mesh, Neighbour } from '../mesh.ts';
import { MessageType } from '../messages/message-type.ts';

export class BulkAsk {
  readonly #isAsking: boolean;
  readonly #isFrugal: boolean;
  readonly #lanes: readonly SessionLane[];

  constructor(
    { bulkOverRadio = false }: Pick<Mesh, 'bulkOverRadio'>,
    { isFrugal }: Pick<Neighbour, 'isFrugal'>,
    sessionLanes: readonly SessionLane[],
  ) {
    this.#isAsking = isFrugal && bulkOverRadio;
    this.#isFrugal = isFrugal;
    this.#lanes = sessionLanes;
  }

  /** What is to be said once the hellos were checked, if anything. */
  question(): Uint8Array | undefined {
    return this.#isAsking ? Uint8Array.of(MessageType.askBulk) : undefined;
  }

  /** The neighbour asks. True when it had not asked before on a link where that matters. */
  onAsked(): boolean {
    const { outbox } = this.#lanes[Lane.bulk]!;
    const isNew = !outbox.isOpen;
    outbox.isOpen = true;
    return isNew;
  }

  isCompared(lane: Lane): boolean {
    return lane !== Lane.bulk || this.#isAsking || this.#lanes[lane]!.outbox.isOpen;
  }

  /** What only one end asked for differs for ever, and says nothing about the other lanes. */
  staysDifferent(lane: Lane): boolean {
    return this.#isFrugal && lane === Lane.bulk;
  }

  /** The last lane of a round. */
  get lastLane(): Lane {
    return lanes.findLast((lane) => this.isCompared(lane))!;
  }
}
