/** What a server said on a WebSocket (RFC 6455, section 5.2): whole frames, never masked. */
import { broken } from '../target.ts';

export interface ServerFrame {
  /** Empty for a frame that closes. */
  readonly json: Readonly<Record<string, string>>;
}

/** `sent` begins with the answer that opened it. Throws for what no client could read. */
export function framesIn(sent: Buffer): readonly ServerFrame[] {
  const frames: ServerFrame[] = [];
  const start = sent.indexOf('\r\n\r\n');
  if (!sent.toString('latin1').startsWith('HTTP/1.1 101 ')) return frames;
  for (let at = start + 4; at < sent.length; ) {
    const [opcode, short] = [sent[at]!, sent[at + 1]!];
    const size = short === 126 ? 2 : short === 127 ? 8 : 0;
    const length =
      size === 0 ? short : sent.readUIntBE(at + (size === 8 ? 4 : 2), size === 8 ? 6 : 2);
    const from = at + 2 + size;
    const payload = sent.subarray(from, from + length);
    if (payload.length < length) broken('half a frame');
    if (opcode === 0x81) frames.push({ json: readJson(payload.toString()) });
    else if (opcode === 0x88) frames.push({ json: {} });
    else if (opcode !== 0x8a) broken(`a frame of kind ${opcode}`);
    at = from + length;
  }
  return frames;
}

function readJson(text: string): ServerFrame['json'] {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('type' in value)) broken('no message');
  return value as ServerFrame['json'];
}
