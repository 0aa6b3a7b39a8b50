/**
 * Every bound and interval of the stream with its reason, and what happens there. The window and
 * what both ends must know is part of the protocol (docs/protocol/ble.md); the rest is ours alone.
 */

export const streamVersion = 1;

export const windowLimits = {
  /**
   * Bytes beyond the acknowledged ones that a receiver takes; beyond them the stream closes. It
   * holds so many at most: pieces may overlap, and one without room is dropped, and comes again.
   */
  receiveBytes: 64 * 1024,
  /** Pieces that wait for an earlier one; another one is dropped, and comes again. */
  piecesMax: 128,
  /** Under way at first: a round trip of 0.1 s at 160 kB/s, what BlueZ does on a slow machine. */
  startBytes: 16 * 1024,
  /** After losses. */
  leastBytes: 4 * 1024,
  /** L2CAP at 500 kB/s, acknowledged by halves. Below `receiveBytes` by some packets. */
  mostBytes: 48 * 1024,
  /** A round trip above this, and the window has found its size. */
  foundMs: 250,
  /** Round trips above this mean that bytes wait in queues: the window shrinks, */
  patienceMs: 400,
  /** yet not below this: at 20 kB/s these are 0.4 s that something urgent waits. */
  calmBytes: 8 * 1024,
} as const;

export interface CarrierLimits {
  /** Packets under way at which we wait. */
  readonly windowPackets: number;
  /** Delivered bytes after which we acknowledge unasked. */
  readonly ackBytes: number;
}

/**
 * Each acknowledgement is a message on D-Bus and a packet on air, so a sender asks for one when it
 * needs it; what follows is for one that does not. GATT: a notification that finds no room in
 * bluetoothd is lost. L2CAP: Linux 6.1 drops packets silently behind about 50 of 2 kB that nobody
 * read.
 */
export const carrierLimits: Readonly<Record<'gatt' | 'l2cap', CarrierLimits>> = {
  gatt: { windowPackets: 48, ackBytes: 12 * 1024 },
  l2cap: { windowPackets: 32, ackBytes: 24 * 1024 },
};

export const sendLimits = {
  /** Bytes not sent yet, or packets of them if those are large, at which `send` answers false. */
  aheadBytes: 4 * 1024,
  aheadPackets: 2,
} as const;

export const timing = {
  /** The longest that an acknowledgement waits for company; who needs one earlier asks. */
  ackDelayMs: 200,
  /** Before the first round trip was measured (RFC 6298, 2.1). */
  resendFirstMs: 1_000,
  /** Above the acknowledgement's delay and what a busy bluetoothd adds. */
  resendMsMin: 500,
  resendMsMax: 2_000,
  /** Nothing heard for this long: ask. */
  askMs: 3_000,
  /**
   * Still nothing: ask again, twice so. At 5 s a channel is given up and the question goes by GATT;
   * at 8 s the other end is dead, so that all above know within 10 s.
   */
  askAgainMs: 1_000,
  /** Heard all the time, yet nothing is acknowledged: whoever reads there does not. */
  stalledMs: 20_000,
  /** How long closing may take to send what was taken, and the other end to notice. */
  lingerMs: 2_000,
} as const;

export const greetingLimits = {
  /** A greeting that was lost is said again. */
  againMs: 700,
  totalMs: 6_000,
  /** Packets that came before the greeting by a carrier that reorders; more are dropped. */
  earlyPackets: 24,
} as const;

export const tokenBytes = 8;

export const channelLimits = {
  /** Time to show it, and for the other end to answer. */
  joinMs: 5_000,
  /** A stream takes a new channel this often at most: each makes us send a window again. */
  rejoinMs: 1_000,
  /** After a failure; doubles. */
  retryMsMin: 2_000,
  retryMsMax: 60_000,
  /**
   * In a row, of those that did not last retryMsMax; then one is tried so rarely that it costs
   * nothing: links stand for days, and a helper that was away for minutes comes back.
   */
  failuresMax: 8,
  restMs: 10 * 60_000,
  /** Resends in a row without progress after which a channel is given up: it loses nothing. */
  resendsMax: 2,
} as const;
