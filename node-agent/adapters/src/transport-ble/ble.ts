/**
 * Bluetooth LE as this transport sees it: a peripheral, a central and a scanner for each
 * controller, and channels where there is a helper for them. BlueZ implements it, and so does the
 * radio in memory of the tests. Below step 4 of a message's way; nothing here knows sites, keys or
 * bundles.
 */
import type { PacketCarrier } from './packet-carrier.ts';

/** Address of a device in reach; random ones change, so it names nobody for long. */
export interface BlePeer {
  /** Upper case, as in `C0:11:22:33:44:55`. */
  readonly address: string;
  readonly addressType: 'public' | 'random';
}

export interface BleAdvertisement {
  /** UUID, 128 bits, lower case with hyphens; its service data is all that is sent. */
  readonly service: string;
  /** At most 10 bytes: flags, one header and the UUID fill the rest of 31. */
  readonly data: Uint8Array;
}

/** An advertisement that was heard. */
export interface BleReport extends BleAdvertisement {
  readonly peer: BlePeer;
  readonly rssiDbm: number;
}

export interface BlePeripheral {
  /**
   * What is said on air from now on, from a fresh random address: never the old data under the new
   * address, nor the new data under the old one. Undefined: nothing. Resolves when it is on air.
   */
  advertise(advertisement: BleAdvertisement | undefined): Promise<void>;
  /** How long a random address lasts here; undefined where the address never changes. */
  readonly addressLifeMs: number | undefined;
  /** Offers the GATT service, once for an adapter; each central that subscribes is a connection. */
  serve(service: string, onConnection: (connection: BleConnection) => void): Promise<void>;
}

export interface BleCentral {
  /** Resolves when packets can be sent by GATT; rejects with a BleError. */
  connect(peer: BlePeer, service: string, signal: AbortSignal): Promise<BleConnection>;
}

export interface BleScanner {
  /** Reports of these services, each device again and again while it is heard. */
  start(services: readonly string[], onReport: (report: BleReport) => void): Promise<void>;
  stop(): Promise<void>;
}

/** Two devices with a connection; the packets of its GATT service. */
export interface BleConnection {
  readonly peer: BlePeer;
  /** True on the side that connected. */
  readonly initiator: boolean;
  readonly gatt: PacketCarrier;
  /** Smoothed by nobody; undefined where the controller does not say. */
  rssiDbm(): number | undefined;
  /** Ends the connection and every carrier on it. */
  close(): void;
}

/** LE L2CAP connection-oriented channels of an adapter (Bluetooth Core 5.4, vol 3 part A, 10.2). */
export interface BleChannels {
  /**
   * The PSM (0x80 to 0xff) that the other end must name now; undefined while nothing listens. Read
   * it for every greeting: whoever listens for us may end and come back with another one.
   */
  readonly psm: number | undefined;
  /** Awaits channels from now on, once for each adapter (again: for another one); the PSM. */
  listen(onCarrier: (carrier: PacketCarrier, peer: BlePeer) => void): Promise<number>;
  /** To a device that is connected already. */
  connect(peer: BlePeer, psm: number, signal: AbortSignal): Promise<PacketCarrier>;
}

/** One controller. It is gone for good once its host says so; a later one is another object. */
export interface BleAdapter {
  /** As in `hci0`. */
  readonly name: string;
  readonly peripheral: BlePeripheral;
  readonly central: BleCentral;
  readonly scanner: BleScanner;
  /** Undefined where there is no helper, or it cannot run. */
  readonly channels: BleChannels | undefined;
}

export type BleStateKind =
  | 'ready'
  /** No system bus, or it refused us. */
  | 'no-bus'
  /** bluetoothd does not run. */
  | 'no-daemon'
  /** It runs and hangs. */
  | 'not-answering'
  | 'no-adapter'
  /** There are adapters, and none of them is switched on or can be. */
  | 'powered-off'
  /** By rfkill. */
  | 'blocked'
  /** D-Bus says that we may not. */
  | 'not-permitted';

export interface BleState {
  readonly kind: BleStateKind;
  /** One line for people: what is so. */
  readonly text: string;
  /** What the person can do about it, a whole sentence; empty when ready. */
  readonly mend: string;
}

/** The Bluetooth of a machine. What is missing is a state that may change, never an exception. */
export interface BleHost {
  readonly state: BleState;
  /** Those that are switched on and allowed. */
  readonly adapters: readonly BleAdapter[];
  /** `onChange`: state or adapters are not what they were. */
  start(onChange: () => void): Promise<void>;
  stop(): Promise<void>;
}

export type BleErrorCode =
  | 'gone'
  | 'timeout'
  | 'refused'
  | 'not-found'
  | 'not-permitted'
  | 'in-progress'
  | 'malformed'
  | 'aborted'
  | 'failed';

/** Why a call to the radio came to nothing. The radio is the world outside: always expected. */
export class BleError extends Error {
  readonly code: BleErrorCode;

  constructor(code: BleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BleError';
    this.code = code;
  }
}
