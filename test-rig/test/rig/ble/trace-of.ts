/** A trace of one air as the kernel makes it, for the judge: two boxes, each with its lives. */
import { bleUuids } from '@muster/adapters/transport-ble';
import type { SeededRandom } from '@muster/core/testing';
import { commands } from '../../../src/rig/ble/sniff/commands.ts';
import { readTrace, type TracePacket } from '../../../src/rig/ble/sniff/trace.ts';

const service = Buffer.from(bleUuids.mesh.replaceAll('-', ''), 'hex').reverse();
/** 1.28 s twice, for everybody, by a random address, on all channels. */
const shape = [0x00, 0x08, 0x00, 0x08, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0];
const activeScan = [1, 0x60, 0, 0x60, 0, 1, 0];
export const lifeMs = 28_000;
const silenceMs = 8_000;

export class Trace {
  readonly #lines: string[] = [];
  nowMs = 1_000;

  command(controller: number, opcode: number, told: readonly number[], status = 0): void {
    const low = [opcode & 0xff, opcode >> 8];
    this.#line(controller, 'c', [...low, told.length, ...told]);
    this.#line(controller, 'e', [0x0e, 4, 1, ...low, status]);
  }

  read(): readonly TracePacket[] {
    return readTrace(this.#lines.join(''));
  }

  #line(controller: number, kind: string, bytes: readonly number[]): void {
    const hex = Buffer.from(bytes).toString('hex');
    this.#lines.push(`${this.nowMs++} ${controller} ${kind} ${hex}\n`);
  }
}

/** A fresh address and a fresh tag, with the commands in the order of Linux 6.1. */
export function speak(trace: Trace, controller: number, random: SeededRandom): void {
  const address = random.bytes(6);
  address[5] = (address[5]! & 0x3f) | 0x40;
  trace.command(controller, commands.shape, shape);
  trace.command(controller, commands.address, [...address]);
  const data = [0x1b, 0x21, ...service, ...random.bytes(10), 2, 1, 6];
  trace.command(controller, commands.data, [data.length, ...data]);
  trace.command(controller, commands.advertise, [1]);
}

export function listen(trace: Trace, controller: number): void {
  trace.command(controller, commands.scanShape, activeScan);
  trace.command(controller, commands.scan, [1, 0]);
  trace.command(controller, commands.scan, [0, 0]);
}

/** Three changes of address at two boxes. */
export function calmTrace(random: SeededRandom): Trace {
  const trace = new Trace();
  for (let life = 0; life < 4; life++) {
    for (const controller of [0, 1]) speak(trace, controller, random);
    for (const controller of [0, 1]) listen(trace, controller);
    trace.nowMs += lifeMs;
    for (const controller of [0, 1]) trace.command(controller, commands.advertise, [0]);
    trace.nowMs += silenceMs;
  }
  return trace;
}
