/**
 * Real helpers over sockets in a folder of their own, which stand for the air: boxes are devices in
 * it, each with a helper process, on a virtual clock.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createMemoryLogger, FakeClock, type MemoryLogger } from '@muster/core/testing';
import type { BleChannels, BlePeer } from '../../../src/transport-ble/ble.ts';
import {
  buildHelper,
  createL2capHelper,
  type L2capHelper,
} from '../../../src/transport-ble/l2cap/index.ts';
import type { PacketCarrier } from '../../../src/transport-ble/packet-carrier.ts';

export function helperPath(): string {
  const build = buildHelper();
  assert.ok(build.path !== undefined, 'because' in build ? build.because : '');
  return build.path;
}

export interface Box {
  readonly device: BlePeer;
  readonly helper: L2capHelper;
  readonly channels: BleChannels;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
}

export class Air {
  readonly folder = mkdtempSync(join(tmpdir(), 'l2cap-'));
  readonly #test: TestContext;
  #made = 0;

  constructor(test: TestContext) {
    this.#test = test;
    test.after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  get files(): readonly string[] {
    return readdirSync(this.folder);
  }

  async box(): Promise<Box> {
    this.#made += 1;
    const address = `C0:11:22:33:44:${this.#made.toString(16).padStart(2, '0').toUpperCase()}`;
    const addressType = this.#made % 2 === 0 ? 'random' : 'public';
    const device: BlePeer = { address, addressType };
    const clock = new FakeClock();
    const logger = createMemoryLogger();
    const path = helperPath();
    const helper = createL2capHelper({ path, clock, logger, unixFolder: this.folder });
    await helper.start();
    this.#test.after(() => helper.stop());
    return { device, helper, channels: helper.channelsFor(device)!, clock, logger };
  }
}

export const noSignal = new AbortController().signal;

/** Turns of the event loop until it is so: for what is told by nothing that a test could await. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** Both ends of a new channel. */
export async function channel(from: Box, to: Box): Promise<[PacketCarrier, PacketCarrier]> {
  const accepted = Promise.withResolvers<PacketCarrier>();
  const psm = await to.channels.listen((carrier) => accepted.resolve(carrier));
  const opened = await from.channels.connect(to.device, psm, noSignal);
  return [opened, await accepted.promise];
}

/** What came on a carrier; `waitFor` resolves once there are so many packets. */
export class Listening {
  readonly packets: Uint8Array[] = [];
  readonly closed = Promise.withResolvers<string>();
  #drains = 0;
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;
  #draining: (() => void) | undefined;

  constructor(carrier: PacketCarrier) {
    carrier.start({
      onPacket: (packet) => {
        this.packets.push(packet);
        if (this.#waiting !== undefined && this.packets.length >= this.#waiting.count) {
          this.#waiting.resolve();
        }
      },
      onDrain: () => {
        this.#drains += 1;
        this.#draining?.();
      },
      onClose: (reason) => this.closed.resolve(reason),
    });
  }

  waitFor(count: number): Promise<void> {
    if (this.packets.length >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { count, resolve };
    });
  }

  get drains(): number {
    return this.#drains;
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#draining = resolve;
    });
  }
}
