/**
 * How the air of a MemoryRadio behaves. The defaults are a calm room; a test changes what it is
 * about, also while it runs. For tests; belongs to no step.
 */
export interface AirShape {
  /** Time between two advertisements of one box; each is up to 10 ms late, as the standard says. */
  advertiseMs: number;
  /** Evenly, up and down. */
  rssiNoiseDb: number;
  connectMs: number;
  /** How long a connect looks for somebody who is not there. */
  connectLimitMs: number;
  /** Connections of one adapter, both roles together; further ones are refused. */
  linksMax: number;
  /** Out of reach for this long a link is dead at both ends (supervision timeout). */
  supervisionMs: number;
  gatt: CarrierShape;
  /** Undefined: no box has channels. */
  l2cap: CarrierShape | undefined;
  /** Notifications that wait; the next is lost, and nobody is told. */
  notificationsMax: number;
}

export interface CarrierShape {
  bytesPerSecond: number;
  latencyMs: number;
  maxPacketBytes: number;
  /** Packets that wait at which `send` answers false; there is room again at half of it. */
  windowPackets: number;
  /** A packet is overtaken by at most this many later ones. */
  reorderPackets: number;
  /** Of packets that vanish without a word, 0 to 1. */
  loss: number;
}

export function calmAir(): AirShape {
  return {
    advertiseMs: 1_000,
    rssiNoiseDb: 0,
    connectMs: 100,
    connectLimitMs: 10_000,
    linksMax: 7,
    supervisionMs: 420,
    gatt: {
      bytesPerSecond: 30_000,
      latencyMs: 20,
      maxPacketBytes: 495,
      windowPackets: 4,
      reorderPackets: 0,
      loss: 0,
    },
    l2cap: undefined,
    notificationsMax: 64,
  };
}

/** About ten times GATT, as in the virtual machine; in order and without loss, by its nature. */
export function calmChannel(): CarrierShape {
  return {
    bytesPerSecond: 300_000,
    latencyMs: 15,
    maxPacketBytes: 2_048,
    windowPackets: 8,
    reorderPackets: 0,
    loss: 0,
  };
}
