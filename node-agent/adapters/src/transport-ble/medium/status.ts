/** How Bluetooth does, as the API, the metrics and `muster ble` show it. */
import type { BleState } from '../ble.ts';
import type { BleStream } from '../stream/index.ts';

export interface BleStatus {
  readonly state: BleState;
  readonly adapters: readonly {
    readonly name: string;
    readonly isAdvertising: boolean;
    readonly links: number;
    /** Undefined: the address of this adapter never changes, so whoever listens knows it again. */
    readonly addressLifeMs: number | undefined;
  }[];
  /** How long the newest tag on air is the same; undefined: none is. */
  readonly tagForMs: number | undefined;
  /** Since start. */
  readonly counts: {
    readonly dials: number;
    readonly dialsFailed: number;
    readonly linksAccepted: number;
    readonly linksRefused: number;
    /** Callers that left or were closed without a proven node key. */
    readonly callersUnproven: number;
    readonly sightings: number;
    readonly tagsForeign: number;
    /** Tags that were not judged, because too many new ones came. */
    readonly tagsPassedOver: number;
    readonly rotations: number;
  };
  /** Foreign advertisers of our service in the last minute. */
  readonly strangers: number;
}

export interface BleLinkStatus {
  /** The adapter's name. */
  readonly adapter: string;
  readonly address: string;
  readonly initiator: boolean;
  readonly carrier: 'gatt' | 'l2cap';
  readonly rttMs: number | undefined;
  readonly rssiDbm: number | undefined;
  readonly sinceMs: number;
  /** Once it is proven. */
  readonly nodeKey: Uint8Array | undefined;
  readonly counts: Readonly<BleStream['counts']>;
}
