/**
 * What the control commands `ble.status`, `ble.links` and `ble.scan` answer, and what `muster ble
 * --json` writes. Types only. Bytes are base64url; times are milliseconds, strengths dBm.
 */
import type { BleLinkStatus, BleStatus } from '@muster/adapters/transport-ble';
import type { L2capHelperStatus } from '@muster/adapters/transport-ble/l2cap';
import type { NearbyKind } from '@muster/core';
import type { BluetoothInfo, NearbyNode } from './nearby-view.ts';

export interface BleStatusView {
  readonly bluetooth: BluetoothInfo;
  /** Both left out where there is no Bluetooth. */
  readonly medium?: Omit<BleStatus, 'state'>;
  /** What makes L2CAP channels; without it GATT carries all. */
  readonly helper?: L2capHelperStatus;
}

export interface BleLinkView extends Omit<BleLinkStatus, 'nodeKey'> {
  /** Empty until the handshake has proven it. */
  readonly key: string;
  readonly name: string;
  /** How long it stands. */
  readonly sinceMs: number;
}

/** Something of the site that was heard, or a box that waits to be claimed. */
export interface HeardThing extends NearbyNode {
  readonly kind: NearbyKind;
  /** Six hex digits: those of a node stay, those of a blank box are fresh with every tag. */
  readonly id: string;
  /** Left out where the receiver does not say. */
  readonly rssiDbm?: number | undefined;
  readonly seenCount: number;
}

export interface BleScanView {
  readonly bluetooth: BluetoothInfo;
  readonly heard: readonly HeardThing[];
  /** Devices that are none of ours, heard lately. */
  readonly strangers: number;
}
