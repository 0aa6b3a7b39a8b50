/**
 * The client's side of a WebSocket (RFC 6455) over raw bytes: frames are made beforehand and sent a
 * hundred in one write, as no library would, so that one process can send tens of thousands a
 * second. Understands of the node's frames what opening a session takes.
 */
import { randomBytes } from 'node:crypto';

export function upgradeRequest(host: string): string {
  return [
    'GET /api/v1/socket HTTP/1.1',
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: muster.v1',
    '\r\n',
  ].join('\r\n');
}

/** A text frame of a client, under a mask of zeros, which changes nothing. */
export function textFrame(message: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const head = text.length < 126 ? Buffer.of(0x81, 0x80 | text.length) : Buffer.alloc(4);
  if (text.length >= 126) {
    head[0] = 0x81;
    head[1] = 0x80 | 126;
    head.writeUInt16BE(text.length, 2);
  }
  return Buffer.concat([head, Buffer.alloc(4), text]);
}

/** Takes the messages out of what a node sends; what is cut off waits for the rest. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  read(part: Buffer): Readonly<Record<string, unknown>>[] {
    this.#rest = Buffer.concat([this.#rest, part]);
    const messages: Readonly<Record<string, unknown>>[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) {
      if (frame.isText) messages.push(JSON.parse(frame.body.toString()));
    }
    return messages;
  }

  #next(): { readonly isText: boolean; readonly body: Buffer } | undefined {
    const rest = this.#rest;
    if (rest.length < 2) return undefined;
    const short = rest[1]! & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (rest.length < headBytes) return undefined;
    const length =
      short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    if (rest.length < headBytes + length) return undefined;
    const body = rest.subarray(headBytes, headBytes + length);
    this.#rest = rest.subarray(headBytes + length);
    return { isText: (rest[0]! & 0x0f) === 1, body };
  }
}
