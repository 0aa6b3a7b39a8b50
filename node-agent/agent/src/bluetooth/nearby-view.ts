/**
 * Who is near by radio, as phones and programs are told of it: `GET /api/v1/nearby`, and the frame
 * `nearby` of docs/protocol/api.md. Types only: the web app has them again, as it imports core
 * alone. What carries the site's tag and is no node belongs to a person: it is told without its id,
 * so that nobody can follow it from box to box.
 */
import type { BleStateKind } from '@muster/adapters/transport-ble';
import type { CostClass, NearbyLevel } from '@muster/core';

export interface NearbyView {
  readonly bluetooth: BluetoothInfo;
  /** The strongest first, those that are gone last; at most nearbyLimits.nodesMax. */
  readonly nodes: readonly NearbyNode[];
  /** At most nearbyLimits.carriersMax. */
  readonly carriers: readonly NearbyCarrier[];
}

/** `{"type":"nearby"}`: at once after `nearby-watch`, then on change and from time to time. */
export interface NearbyFrame extends NearbyView {
  readonly type: 'nearby';
}

export interface BluetoothInfo {
  /** `off`: by ble.enabled; `failed`: a fault of the program or its set-up, see the log. */
  readonly state: 'off' | 'starting' | 'failed' | BleStateKind;
  /** One line for people: what is so, and what they can do about it (empty when all is well). */
  readonly text: string;
  readonly mend: string;
}

export interface NearbyNode {
  /** Base64url; left out while this node knows no node of that tag. */
  readonly key?: string;
  /** By its certificate; empty without a key. */
  readonly name: string;
  /** `near` is a few steps, `around` is in reach, `gone` was heard a while ago. */
  readonly level: NearbyLevel;
  /** Since its tag was heard last. */
  readonly seenMsAgo: number;
  /** What the link to it costs; left out without a link. */
  readonly link?: CostClass;
}

export interface NearbyCarrier {
  readonly level: NearbyLevel;
  readonly seenMsAgo: number;
}
