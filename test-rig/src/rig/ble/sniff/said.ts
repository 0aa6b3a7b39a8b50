/**
 * What went out on an air, from its trace: each advertisement, and each other use of an address.
 * Below step 4 of a message's way. It knows what a listener can know and no more: of a command
 * only what a controller then sends.
 */
import { toHex } from '@muster/core';
import { commandHeadBytes, commands, doneBy, opcodeOf, unread } from './commands.ts';
import type { TracePacket } from './trace.ts';

export interface Said {
  readonly atMs: number;
  readonly controller: number;
  readonly act: 'advertises' | 'scans' | 'connects' | 'unread';
  /** `random`, followed by the address in hexadecimal, or what else is said there. */
  readonly address: string;
  /** Of an advertisement: what all of them must have in common, its data, what scanners get. */
  readonly shape: string;
  readonly data: string;
  readonly answer: string;
  /** Until it said something else, or nothing. */
  untilMs: number;
}

const ownRandom = 1;
const activeScan = 1;
const none = '';

class Controller {
  readonly said: Said[] = [];
  readonly #number: number;
  readonly #pending = new Map<number, Uint8Array>();
  readonly #now = new Map<number, Uint8Array>();
  #last: Said | undefined;

  constructor(number: number) {
    this.#number = number;
  }

  hear({ kind, bytes, atMs }: TracePacket): void {
    if (kind === 'command') {
      const opcode = opcodeOf(bytes);
      this.#pending.set(opcode, bytes.subarray(commandHeadBytes));
      // It is answered otherwise: the controller goes on air before.
      if (opcode === commands.connect) this.#connects(atMs);
      if (unread.has(opcode)) this.#say(atMs, 'unread', { address: opcode.toString(16) });
      return;
    }
    const opcode = doneBy(bytes);
    const parameters = opcode === undefined ? undefined : this.#pending.get(opcode);
    if (opcode === undefined || parameters === undefined) return;
    this.#pending.delete(opcode);
    if (opcode === commands.reset) this.#now.clear();
    else this.#now.set(opcode, parameters);
    if (opcode === commands.scan) this.#scans(atMs);
    else this.#advertises(atMs);
  }

  #advertises(atMs: number): void {
    const isOn = this.#now.get(commands.advertise)?.[0] === 1;
    const shape = this.#now.get(commands.shape) ?? new Uint8Array(15);
    const own = shape[5]!;
    const address = this.#addressOf(own);
    // Intervals, type, channels, filter; who it is for stands between and is nobody.
    const common = toHex(shape).slice(0, 10) + toHex(shape).slice(12);
    const [data, answer] = [this.#told(commands.data), this.#told(commands.answer)];
    const last = this.#last;
    const isSame =
      isOn &&
      last !== undefined &&
      [address, common, data, answer].join() ===
        [last.address, last.shape, last.data, last.answer].join();
    if (isSame) return;
    if (last !== undefined) last.untilMs = atMs;
    this.#last = isOn
      ? this.#say(atMs, 'advertises', { address, shape: common, data, answer })
      : undefined;
  }

  #scans(atMs: number): void {
    const shape = this.#now.get(commands.scanShape);
    const isOn = this.#now.get(commands.scan)?.[0] === 1;
    // One that only listens sends nothing.
    if (!isOn || shape === undefined || shape[0] !== activeScan) return;
    this.#say(atMs, 'scans', { address: this.#addressOf(shape[5]!) });
  }

  #connects(atMs: number): void {
    const own = this.#pending.get(commands.connect)![12]!;
    this.#say(atMs, 'connects', { address: this.#addressOf(own) });
  }

  #say(atMs: number, act: Said['act'], what: Partial<Said>): Said {
    const plain = { address: none, shape: none, data: none, answer: none };
    const base = { atMs, controller: this.#number, act, untilMs: Number.POSITIVE_INFINITY };
    const said: Said = { ...base, ...plain, ...what };
    this.said.push(said);
    return said;
  }

  #addressOf(own: number): string {
    if (own !== ownRandom) return `own address type ${own}`;
    const address = this.#now.get(commands.address);
    return address === undefined ? 'random, not set' : `random ${toHex(address.toReversed())}`;
  }

  /** The first octet is how many of the 31 behind it count. */
  #told(opcode: number): string {
    const told = this.#now.get(opcode);
    return told === undefined ? none : toHex(told.subarray(1, 1 + told[0]!));
  }
}

/** In the order in which it was said. */
export function saidBy(packets: readonly TracePacket[]): readonly Said[] {
  const controllers = new Map<number, Controller>();
  for (const packet of packets) {
    const { controller } = packet;
    const one = controllers.get(controller) ?? new Controller(controller);
    controllers.set(controller, one);
    one.hear(packet);
  }
  const all = [...controllers.values()].flatMap(({ said }) => said);
  return all.sort((one, other) => one.atMs - other.atMs);
}
