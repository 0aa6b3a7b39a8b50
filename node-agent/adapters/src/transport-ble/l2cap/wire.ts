/**
 * The messages between us and the helper, as helper/wire.h gives them: u32 channel, u16 length, u8
 * kind, u8 zero, then the body; little endian. Below step 4 of a message's way. What comes from the
 * helper is parsed as if it were hostile: damage is a typed fault, and nothing grows beyond one
 * message.
 */
import type { BlePeer } from '../ble.ts';
import { deviceBytes, readDevice, writeDevice } from './device.ts';
import { wireLimits } from './limits.ts';

const protocolVersion = 1;
export const headerBytes = 8;

export const Kind = {
  listen: 1,
  connect: 2,
  close: 3,
  ping: 4,
  data: 5,
  credit: 6,
  hello: 16,
  listening: 17,
  connected: 18,
  accepted: 19,
  closed: 20,
  pong: 21,
} as const;

/** `channel` is 0 in those about the helper itself. */
export type WireMessage =
  | { readonly kind: 'hello' | 'pong'; readonly channel: number }
  | { readonly kind: 'listening'; readonly channel: number; readonly psm: number }
  | { readonly kind: 'connected'; readonly channel: number; readonly sendBytesMax: number }
  | {
      readonly kind: 'accepted';
      readonly channel: number;
      readonly listener: number;
      readonly peer: BlePeer;
      readonly sendBytesMax: number;
    }
  | { readonly kind: 'data'; readonly channel: number; readonly packet: Uint8Array }
  | { readonly kind: 'credit'; readonly channel: number; readonly packets: number }
  | { readonly kind: 'closed'; readonly channel: number; readonly errno: number };

export type WireFault = 'header' | 'length' | 'value' | 'version';

/** Body lengths; that of a packet is from 1 to the most. */
const bodyBytes: Readonly<Record<number, number>> = {
  [Kind.hello]: 6,
  [Kind.listening]: 2,
  [Kind.connected]: 2,
  [Kind.accepted]: 4 + deviceBytes + 2,
  [Kind.closed]: 2,
  [Kind.credit]: 2,
  [Kind.pong]: 0,
};

/** Cuts the helper's output into messages. */
export class WireReader {
  readonly #sink: (message: WireMessage) => WireFault | undefined;
  readonly #header = new Uint8Array(headerBytes);
  #body: Uint8Array | undefined;
  #filled = 0;

  /** `sink`: what a message means; it may answer with a fault, and nothing more is read then. */
  constructor(sink: (message: WireMessage) => WireFault | undefined) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): WireFault | undefined {
    let at = 0;
    while (at < chunk.length) {
      const into = this.#body ?? this.#header;
      const bytes = Math.min(into.length - this.#filled, chunk.length - at);
      into.set(chunk.subarray(at, at + bytes), this.#filled);
      this.#filled += bytes;
      at += bytes;
      if (this.#filled < into.length) continue;
      this.#filled = 0;
      const fault = this.#body === undefined ? this.#takeHeader() : this.#takeBody(this.#body);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #takeHeader(): WireFault | undefined {
    const view = viewOf(this.#header);
    const length = view.getUint16(4, true);
    const kind = view.getUint8(6);
    if (view.getUint8(7) !== 0) return 'header';
    if (kind === Kind.data) {
      if (length === 0 || length > wireLimits.packetBytesMax) return 'length';
    } else {
      const bytes = bodyBytes[kind];
      if (bytes === undefined) return 'header';
      if (length !== bytes) return 'length';
    }
    this.#body = new Uint8Array(length);
    return length === 0 ? this.#takeBody(this.#body) : undefined;
  }

  #takeBody(body: Uint8Array): WireFault | undefined {
    this.#body = undefined;
    const header = viewOf(this.#header);
    const message = readMessage(header.getUint8(6), header.getUint32(0, true), body);
    return typeof message === 'string' ? message : this.#sink(message);
  }
}

function readMessage(kind: number, channel: number, body: Uint8Array): WireMessage | WireFault {
  const view = viewOf(body);
  switch (kind) {
    case Kind.data:
      return { kind: 'data', channel, packet: body };
    case Kind.credit:
      return { kind: 'credit', channel, packets: view.getUint16(0, true) };
    case Kind.closed:
      return { kind: 'closed', channel, errno: view.getUint16(0, true) };
    case Kind.listening: {
      const psm = view.getUint16(0, true);
      return psm >= 0x80 && psm <= 0xff ? { kind: 'listening', channel, psm } : 'value';
    }
    case Kind.connected: {
      const sendBytesMax = view.getUint16(0, true);
      if (!isPacketLength(sendBytesMax)) return 'value';
      return { kind: 'connected', channel, sendBytesMax };
    }
    case Kind.accepted: {
      const peer = readDevice(body.subarray(4, 4 + deviceBytes));
      const sendBytesMax = view.getUint16(4 + deviceBytes, true);
      if (peer === undefined || !isPacketLength(sendBytesMax)) return 'value';
      return { kind: 'accepted', channel, listener: view.getUint32(0, true), peer, sendBytesMax };
    }
    case Kind.hello:
      return isOurHello(view) ? { kind: 'hello', channel } : 'version';
    default:
      return { kind: 'pong', channel };
  }
}

function isPacketLength(bytes: number): boolean {
  return bytes > 0 && bytes <= wireLimits.packetBytesMax;
}

function isOurHello(view: DataView): boolean {
  if (view.getUint16(0, true) !== protocolVersion) return false;
  if (view.getUint16(2, true) !== wireLimits.packetBytesMax) return false;
  return view.getUint16(4, true) === wireLimits.windowPackets;
}

export function listenMessage(channel: number, adapter: BlePeer): Uint8Array {
  const message = newMessage(Kind.listen, channel, deviceBytes);
  writeDevice(message, headerBytes, adapter);
  return message;
}

export function connectMessage(
  channel: number,
  { adapter, peer, psm, msMax }: { adapter: BlePeer; peer: BlePeer; psm: number; msMax: number },
): Uint8Array {
  const message = newMessage(Kind.connect, channel, 2 * deviceBytes + 6);
  const view = viewOf(message);
  writeDevice(message, headerBytes, adapter);
  writeDevice(message, headerBytes + deviceBytes, peer);
  view.setUint16(headerBytes + 2 * deviceBytes, psm, true);
  view.setUint32(headerBytes + 2 * deviceBytes + 2, msMax, true);
  return message;
}

export function closeMessage(channel: number): Uint8Array {
  return newMessage(Kind.close, channel, 0);
}

export function pingMessage(): Uint8Array {
  return newMessage(Kind.ping, 0, 0);
}

export function creditMessage(channel: number, packets: number): Uint8Array {
  const message = newMessage(Kind.credit, channel, 2);
  viewOf(message).setUint16(headerBytes, packets, true);
  return message;
}

/** What stands before a packet of so many bytes. */
export function dataHeader(channel: number, bytes: number): Uint8Array {
  return header(new Uint8Array(headerBytes), Kind.data, channel, bytes);
}

function newMessage(kind: number, channel: number, bytes: number): Uint8Array {
  return header(new Uint8Array(headerBytes + bytes), kind, channel, bytes);
}

function header(message: Uint8Array, kind: number, channel: number, bytes: number): Uint8Array {
  const view = viewOf(message);
  view.setUint32(0, channel, true);
  view.setUint16(4, bytes, true);
  view.setUint8(6, kind);
  return message;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
