/**
 * A medium for which the transport has no sockets, such as Bluetooth LE: it gives byte streams with
 * whoever is in reach, and says whom to try. The transport puts the same handshake, links and
 * budgets on them as on every other (step 4 of a message's way). A medium proves nobody's identity.
 */
import type { CostClass } from './link.ts';

export interface ByteStreamHandlers {
  /** Bytes in order, cut anywhere. */
  onBytes(bytes: Uint8Array): void;
  /** Called after `send` answered false, once there is room again. */
  onDrain(): void;
  /** Called exactly once, for every cause; nothing is called after it. */
  onClose(reason: string): void;
}

/** Bytes arrive once, whole and in order, or the stream closes. */
export interface ByteStream {
  /** Of the other end, as the medium writes it: 1 to 64 of a-z, 0-9 and `-`; unproven. */
  readonly address: string;
  /** True on the side that opened it. */
  readonly initiator: boolean;
  /** Set once, before anything is delivered; what came earlier is kept for it. */
  start(handlers: ByteStreamHandlers): void;
  /** Takes any number of bytes; false: taken, but send no more until onDrain. */
  send(bytes: Uint8Array): boolean;
  /** Sends what was taken, if that is quick, and closes. */
  close(reason: string): void;
}

/** A neighbour with a connection now, over any medium. */
export interface ConnectedPeer {
  /** Proven by the handshake, 32 bytes. */
  readonly nodeKey: Uint8Array;
  readonly costClass: CostClass;
  /** It was asked whether it lives and has not answered yet: look for another way. */
  readonly isDoubtful: boolean;
}

/** What the transport gives a medium. */
export interface MediumHost {
  /**
   * A stream that the other end opened: shakes hands on it and makes it a link. The node key that
   * was proven; rejects, with the stream closed, when none was.
   */
  accept(stream: ByteStream): Promise<Uint8Array>;
  /** Opens a stream with `Medium.open`, and a link on it; the node key that was proven. */
  dial(address: string): Promise<Uint8Array>;
  /** One for each neighbour: its best connection. */
  peers(): readonly ConnectedPeer[];
}

export interface Medium {
  /** The name of its multiaddr protocol as well: `/ble/<address>`. */
  readonly name: string;
  readonly costClass: CostClass;
  /** Smaller than a LAN's, so that what is urgent does not wait long for what is not. */
  readonly maxFrameBytes: number;
  /** Bytes handed to one link and not sent yet at which its `send` answers false. */
  readonly windowBytes: number;
  start(host: MediumHost): Promise<void>;
  /** `peers()` of the host has changed: one came, went, or is in doubt. */
  onPeers(): void;
  /** Rejects when nobody answers, and when the signal says so. */
  open(address: string, signal: AbortSignal): Promise<ByteStream>;
  stop(): Promise<void>;
}
