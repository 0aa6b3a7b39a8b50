/** WebSocket frames of a client (RFC 6455, section 5), whole, cut, masked wrongly: seeds only. */

export const socketSubprotocol = 'muster.v1';
const mask = Uint8Array.of(1, 2, 3, 4);

/** One masked frame. */
export function clientFrame(opcode: number, payload: Uint8Array, isFinal = true): Uint8Array {
  const masked = payload.map((octet, at) => octet ^ mask[at % 4]!);
  const { length } = payload;
  const size = length < 126 ? [128 | length] : [128 | 126, length >> 8, length & 255];
  return Buffer.from([(isFinal ? 128 : 0) | opcode, ...size, ...mask, ...masked]);
}

export function textFrame(text: string): Uint8Array {
  return clientFrame(1, Buffer.from(text));
}

const ping = Buffer.from('{"type":"ping","n":1}');

export const clientFrames: readonly Uint8Array[] = [
  textFrame('{"type":"session","device":"","signature":"","name":""}'),
  clientFrame(2, ping),
  clientFrame(8, Uint8Array.of(3, 232)),
  clientFrame(9, ping),
  clientFrame(10, ping),
  Buffer.concat([clientFrame(1, ping.subarray(0, 5), false), clientFrame(0, ping.subarray(5))]),
  // Not masked; of 2^63 octets; compressed; of an unknown kind; not UTF-8.
  Buffer.from([129, 2, 123, 125]),
  Buffer.from([129, 255, 128, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
  Buffer.from([193, 128, 1, 2, 3, 4]),
  Buffer.from([131, 128, 1, 2, 3, 4]),
  clientFrame(1, Uint8Array.of(255, 254)),
];
