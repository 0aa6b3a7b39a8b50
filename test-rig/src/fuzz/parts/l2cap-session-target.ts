/**
 * Fuzz target: what the process that holds our L2CAP sockets writes (below step 4), while one
 * listener, two channels to connect and one taken back wait for it. Input: its output, then an
 * octet that says where it is cut. Cut anywhere it means the same; everything that waits ends once,
 * with a channel or a typed error; no channel gives more packets than it had credit for.
 */
import { BleError, L2capSession } from '@muster/adapters/parsers';
import { concat } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';

const adapter = { address: 'C0:00:00:00:00:01', addressType: 'public' } as const;
const peer = { address: 'C0:00:00:00:00:02', addressType: 'random' } as const;
const device = [0xc0, 0, 0, 0, 0, 2, 2];
/** Longer than anything waits. */
const patienceMs = 120_000;
const windowPackets = 8;
const [listening, connected, accepted, closed, data, credit, pong] = [17, 18, 19, 20, 5, 6, 21];

function said(channel: number, kind: number, ...body: readonly number[]): Uint8Array {
  const length = [body.length & 255, body.length >> 8];
  return Uint8Array.of(channel, 0, 0, 0, ...length, kind, 0, ...body);
}

const hello = said(0, 16, 1, 0, 0, 16, 8, 0);

type Carrier = Awaited<ReturnType<L2capSession['connect']>>;

/** The session and all that became of what was asked. */
class Talk {
  readonly clock = new FakeClock();
  readonly events: string[] = [];
  readonly session: L2capSession;
  readonly #over = new Map<string, number>();
  #opened = 0;
  #credits = 0;
  #packets = 0;

  constructor() {
    this.session = new L2capSession({
      clock: this.clock,
      write: (...parts) => this.#onWrite(parts),
      onReady: () => this.events.push('ready'),
      onFault: (reason) => this.events.push(`fault ${reason}`),
    });
    this.session.open();
    this.session.push(hello);
    this.session.listen({
      adapter,
      onPsm: (psm) => this.events.push(`psm ${psm}`),
      onCarrier: ({ address }) => {
        const name = this.#wait(`accepted ${address} ${this.#over.size}`);
        return { take: (carrier) => this.#use(name, carrier), onOver: () => this.#end(name) };
      },
      onEnd: () => this.#end(listener),
    });
    const listener = this.#wait('listener');
    const stop = new AbortController();
    for (const signal of [AbortSignal.any([]), AbortSignal.any([]), stop.signal]) {
      const name = this.#wait(`connect ${this.#over.size}`);
      const onOver = (): void => this.#end(name);
      this.session.connect({ adapter, peer, psm: 0x80, signal, onOver }).then(
        (carrier) => this.#use(name, carrier),
        (error: unknown) => {
          if (!(error instanceof BleError)) broken(`an untyped error: ${String(error)}`);
          this.events.push(`${name} ${error.code}`);
        },
      );
    }
    stop.abort();
  }

  async hear(chunks: readonly Uint8Array[]): Promise<void> {
    // In one turn: between two, credit may go out that makes more packets right.
    for (const chunk of chunks) this.session.push(chunk);
    for (let turns = 0; turns < 4; turns += 1) await undefined;
  }

  /** The process is gone: nothing may be left. */
  async end(): Promise<void> {
    this.clock.advance(patienceMs);
    this.session.end('gone');
    for (let turns = 0; turns < 8; turns += 1) await undefined;
    for (const [name, count] of this.#over) {
      if (count !== 1) broken(`${name} ended ${count} times`);
    }
    if (this.clock.waiting > 0) broken('a timer is left');
  }

  #wait(name: string): string {
    this.#over.set(name, 0);
    return name;
  }

  #end(name: string): void {
    this.#over.set(name, (this.#over.get(name) ?? 0) + 1);
  }

  #use(name: string, carrier: Carrier): void {
    this.#opened += 1;
    let isOpen = true;
    carrier.start({
      onPacket: (packet) => {
        if (!isOpen) broken('a packet after the end');
        this.#packets += 1;
        this.events.push(`${name} ${packet.length}`);
        if (this.#packets > this.#opened * windowPackets + this.#credits)
          broken('too many packets');
        if (packet.length <= carrier.maxPacketBytes) carrier.send(packet);
        if (packet[0] === 0xff) carrier.close();
      },
      onDrain: () => {
        if (!isOpen) broken('drained after the end');
      },
      onClose: (reason) => {
        if (!isOpen) broken('it closed twice');
        isOpen = false;
        this.events.push(`${name} closed ${reason}`);
      },
    });
  }

  #onWrite(parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      if (part.length === 10 && part[6] === credit) this.#credits += part[8]!;
    }
  }
}

async function run(input: Uint8Array): Promise<FuzzVerdict> {
  const output = input.subarray(0, -1);
  const cut = Math.floor((output.length * (input.at(-1) ?? 0)) / 256);
  const [whole, inTwo] = [new Talk(), new Talk()];
  await whole.hear([output]);
  await inTwo.hear([output.subarray(0, cut), output.subarray(cut)]);
  const fault = whole.events.find((event) => event.startsWith('fault '));
  if (inTwo.events.find((event) => event.startsWith('fault ')) !== fault) {
    broken(`cut at ${cut} it is ${fault === undefined ? 'a fault' : `not ${fault}`}`);
  }
  await whole.end();
  await inTwo.end();
  return fault ?? whole.events.length > 1;
}

function seeds(): Uint8Array[] {
  const cut = Uint8Array.of(100);
  const psm = said(1, listening, 0x80, 0);
  const stands = [said(3, connected, 0, 4), said(5, connected, 0, 16), said(7, closed, 0, 0)];
  const comes = said(2, accepted, 1, 0, 0, 0, ...device, 0, 8);
  const packets = Array.from({ length: 12 }, (_, i) => said(i % 2 === 0 ? 3 : 2, data, i, 2, 3));
  const ends = [said(3, data, 0xff), said(3, closed, 0, 0), said(2, closed, 110, 0)];
  const credits = [said(3, credit, 2, 0), said(2, credit, 4, 0), said(0, pong)];
  return [
    concat(psm, ...stands, cut),
    concat(psm, ...stands, comes, ...packets, ...credits, ...ends, cut),
    concat(said(1, closed, 97, 0), said(3, closed, 111, 0), said(5, closed, 110, 0), cut),
    concat(psm, comes, said(2, data, ...new Uint8Array(4_096)), said(2, closed, 104, 0), cut),
  ];
}

export function createL2capSessionTarget(): FuzzTarget {
  return { name: 'l2cap-session', seeds, run };
}
