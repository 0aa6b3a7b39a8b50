/** The parts of one lane of a session, joined (step 4 of a message's way). It decides nothing. */
import type { Lane } from '../../bundle/bundle.ts';
import type { Mesh, Neighbour } from '../mesh.ts';
import { LaneInbox } from './lane-inbox.ts';
import { LaneOutbox } from './lane-outbox.ts';
import { LaneReconcile } from './lane-reconcile.ts';

export interface SessionLane {
  readonly outbox: LaneOutbox;
  readonly inbox: LaneInbox;
  readonly reconcile: LaneReconcile;
}

export interface SessionLaneParts {
  readonly mesh: Mesh;
  readonly neighbour: Neighbour;
  /** Session key, 16 bytes. */
  readonly key: Uint8Array;
  readonly begins: boolean;
  readonly onReconciled: (lane: Lane, differed: boolean) => void;
}

export function sessionLane(lane: Lane, parts: SessionLaneParts): SessionLane {
  const { mesh, neighbour, key, begins, onReconciled } = parts;
  const outbox = new LaneOutbox(lane, mesh, neighbour);
  const onDone = (differed: boolean): void => onReconciled(lane, differed);
  const reconcile = new LaneReconcile({ lane, mesh, neighbour, outbox, key, begins, onDone });
  const inbox = new LaneInbox({ lane, mesh, neighbour, outbox, reconcile });
  return { outbox, inbox, reconcile };
}
