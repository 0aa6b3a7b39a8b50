/**
 * Authentication at the bus by the user id that the kernel tells it (D-Bus Specification,
 * "Authentication Protocol", mechanism EXTERNAL). Below step 4 of a message's way. File descriptors
 * are not negotiated, so none can come.
 */
import { dbusLimits } from './limits.ts';

export type SaslStep =
  | { readonly kind: 'wait' }
  /** To be answered with `saslBegin`; messages follow. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused' | 'malformed'; readonly text: string };

export const saslBegin = 'BEGIN\r\n';

export class SaslClient {
  /** What the client says first, by itself. */
  readonly opening: string;
  #line = '';

  constructor(userId: number) {
    this.opening = `\0AUTH EXTERNAL ${Buffer.from(String(userId)).toString('hex')}\r\n`;
  }

  push(chunk: Buffer): SaslStep {
    this.#line += chunk.toString('latin1', 0, dbusLimits.saslLineBytesMax + 1);
    const end = this.#line.indexOf('\r\n');
    if (end < 0) {
      if (this.#line.length <= dbusLimits.saslLineBytesMax) return { kind: 'wait' };
      return { kind: 'malformed', text: 'a line without an end' };
    }
    if (end + 2 < this.#line.length) return { kind: 'malformed', text: 'more than was asked for' };
    const [word = ''] = this.#line.split(' ', 1);
    if (/^OK [0-9a-fA-F]+\r\n$/.test(this.#line)) return { kind: 'ready' };
    if (/^(?:REJECTED|ERROR)\b/.test(word)) return { kind: 'refused', text: word.trim() };
    return { kind: 'malformed', text: 'no word of the authentication' };
  }
}
