/** A helper alone, without our side: what a test writes is what it reads, octet for octet. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BlePeer } from '../../../src/transport-ble/ble.ts';
import { type WireMessage, WireReader } from '../../../src/transport-ble/l2cap/wire.ts';
import { until } from './air.ts';

export const hello = Uint8Array.of(0, 0, 0, 0, 6, 0, 16, 0, 1, 0, 0, 16, 8, 0);

/** The fields of a message's header, and what follows it. */
export function message(channel: number, kind: number, body: Uint8Array = new Uint8Array(0)) {
  const octets = Buffer.alloc(8 + body.length);
  octets.writeUInt32LE(channel, 0);
  octets.writeUInt16LE(body.length, 4);
  octets[6] = kind;
  octets.set(body, 8);
  return octets;
}

export function deviceOctets({ address, addressType }: BlePeer): Uint8Array {
  const octets = address.split(':').map((octet) => Number.parseInt(octet, 16));
  return Uint8Array.of(...octets, addressType === 'public' ? 1 : 2);
}

export class BareProcess {
  readonly process: ChildProcessWithoutNullStreams;
  readonly heard: WireMessage[] = [];
  readonly #ended: Promise<unknown[]>;
  #words = '';

  constructor(path: string, args: readonly string[]) {
    this.process = spawn(path, args);
    this.#ended = once(this.process, 'close');
    const reader = new WireReader((one) => {
      this.heard.push(one);
      return undefined;
    });
    this.process.stdin.on('error', () => {});
    this.process.stdout.on('data', (chunk: Uint8Array) => {
      const fault = reader.push(chunk);
      if (fault !== undefined) throw new Error(`the helper wrote: ${fault}`);
    });
    this.process.stderr.on('data', (text: Buffer) => {
      this.#words += text;
    });
  }

  write(octets: Uint8Array): void {
    this.process.stdin.write(octets);
  }

  async next(): Promise<WireMessage> {
    await until(() => this.heard.length > 0);
    return this.heard.shift()!;
  }

  async end(): Promise<{ readonly code: unknown; readonly words: string }> {
    const [code, signal] = await this.#ended;
    return { code: code ?? signal, words: this.#words };
  }
}
