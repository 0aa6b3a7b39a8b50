/**
 * Carriers of a Bluetooth stream with nobody at the other end: what a target says is heard at once,
 * and what our end sends is counted. For fuzz targets.
 */
import type { BleChannels, BleConnection, BlePeer } from '@muster/adapters/transport-ble';
import type { Clock } from '@muster/core';

type PacketCarrier = BleConnection['gatt'];
type PacketHandlers = Parameters<PacketCarrier['start']>[0];

const peer: BlePeer = { address: 'C0:11:22:33:44:55', addressType: 'random' };

export class LooseCarrier implements PacketCarrier {
  readonly kind: PacketCarrier['kind'];
  readonly maxPacketBytes: number;
  sent = 0;
  isClosed = false;
  readonly #clock: Clock;
  #handlers: PacketHandlers | undefined;
  #early: Uint8Array[] = [];

  constructor(clock: Clock, kind: PacketCarrier['kind'], maxPacketBytes: number) {
    this.#clock = clock;
    this.kind = kind;
    this.maxPacketBytes = maxPacketBytes;
  }

  start(handlers: PacketHandlers): void {
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    for (const packet of early) this.hear(packet);
  }

  hear(packet: Uint8Array): void {
    if (this.isClosed) return;
    if (this.#handlers === undefined) this.#early.push(packet);
    else this.#handlers.onPacket(packet);
  }

  send(): boolean {
    this.sent += 1;
    return !this.isClosed;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#clock.after(0, () => this.#handlers?.onClose('closed'));
  }
}

export class LooseConnection implements BleConnection {
  readonly peer = peer;
  readonly initiator: boolean;
  readonly gatt: LooseCarrier;

  constructor(clock: Clock, initiator: boolean) {
    this.initiator = initiator;
    this.gatt = new LooseCarrier(clock, 'gatt', 495);
  }

  get isClosed(): boolean {
    return this.gatt.isClosed;
  }

  rssiDbm(): undefined {}

  close(): void {
    this.gatt.close();
  }

  sent(): number {
    return this.gatt.sent;
  }
}

export class LooseChannels implements BleChannels {
  readonly psm = 0x80;
  /** The last one that our end opened. */
  opened: LooseCarrier | undefined;
  readonly #clock: Clock;
  #onCarrier: ((carrier: PacketCarrier, peer: BlePeer) => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async listen(onCarrier: (carrier: PacketCarrier, peer: BlePeer) => void): Promise<number> {
    this.#onCarrier = onCarrier;
    return this.psm;
  }

  async connect(): Promise<PacketCarrier> {
    this.opened = new LooseCarrier(this.#clock, 'l2cap', 2_048);
    return this.opened;
  }

  /** Somebody opens a channel to us. */
  incoming(): LooseCarrier {
    const carrier = new LooseCarrier(this.#clock, 'l2cap', 2_048);
    this.#onCarrier?.(carrier, peer);
    return carrier;
  }
}
