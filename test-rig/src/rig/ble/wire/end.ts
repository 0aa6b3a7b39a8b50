/**
 * One end of the wire: our Bluetooth on one adapter, with a helper for channels of its own, as one
 * box has it. Below the mesh: no identities, no site.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSystemRandom } from '@muster/adapters/random-system';
import {
  type BleAdapter,
  type BleConnection,
  type BleHost,
  type BlePeer,
  bleUuids,
} from '@muster/adapters/transport-ble';
import { createBluezHost } from '@muster/adapters/transport-ble/bluez';
import { createL2capHelper, type L2capHelper } from '@muster/adapters/transport-ble/l2cap';
import {
  acceptBleStream,
  type BleStream,
  ChannelDoor,
  openBleStream,
} from '@muster/adapters/transport-ble/stream';
import { loggerOf } from '../inside/logger.ts';

export const clock = createSystemClock();
const logger = loggerOf('wire');
const random = createSystemRandom();
const readyMsMax = 15_000;
const heardMsMax = 30_000;
const connectTriesMax = 20;
const connectAgainMs = 250;
const service = bleUuids.mesh;

export class End {
  readonly adapter: BleAdapter;
  readonly #host: BleHost;
  readonly #helper: L2capHelper;
  /** Called with each connection that others make. */
  onConnection: (connection: BleConnection) => void = () => {};
  #door: ChannelDoor | undefined;

  private constructor(host: BleHost, helper: L2capHelper, adapter: BleAdapter) {
    this.#host = host;
    this.#helper = helper;
    this.adapter = adapter;
  }

  static async start(name: string, helperPath: string | undefined): Promise<End> {
    const helper = createL2capHelper({ path: helperPath, clock, logger });
    await helper.start();
    const channels = (own: BlePeer) => helper.channelsFor(own);
    const host = createBluezHost({ clock, logger, adapters: [name], channels });
    const ready = Promise.withResolvers<void>();
    const look = (): void => {
      if (host.adapters.length > 0) ready.resolve();
    };
    const fail = (): void => ready.reject(new Error(`${name}: ${host.state.text}`));
    const late = setTimeout(fail, readyMsMax);
    await host.start(look);
    look();
    await ready.promise.finally(() => clearTimeout(late));
    const end = new End(host, helper, host.adapters[0]!);
    await end.adapter.peripheral.serve(service, (connection) => end.onConnection(connection));
    return end;
  }

  /** Milliseconds until the other end's advertisement is heard, and from where it came. */
  async hear(other: End): Promise<{ readonly peer: BlePeer; readonly tookMs: number }> {
    const data = random.bytes(10);
    await other.adapter.peripheral.advertise({ service, data });
    logger.info('advertised', { adapter: other.adapter.name });
    const beginMs = performance.now();
    const peer = await this.hearAny((said) => Buffer.compare(said, data) === 0);
    return { peer, tookMs: performance.now() - beginMs };
  }

  /** The first device heard that says the like. */
  async hearAny(isMeant: (data: Uint8Array) => boolean = () => true): Promise<BlePeer> {
    const { scanner } = this.adapter;
    const heard = Promise.withResolvers<BlePeer>();
    const late = setTimeout(() => heard.reject(new Error('nobody was heard')), heardMsMax);
    await scanner.start([service], ({ peer, data }) => {
      if (isMeant(data)) heard.resolve(peer);
    });
    logger.info('scanning', { adapter: this.adapter.name });
    try {
      const peer = await heard.promise;
      logger.info('heard', { ...peer });
      return peer;
    } finally {
      clearTimeout(late);
      await scanner.stop();
    }
  }

  /** Tries again while an earlier connection is on its way out. */
  async connect(peer: BlePeer, signal: AbortSignal): Promise<BleConnection> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.adapter.central.connect(peer, service, signal);
      } catch (error) {
        if (tries === connectTriesMax) throw error;
        logger.info('connect-again', { because: String(error) });
        await delay(connectAgainMs);
      }
    }
  }

  /** The next connection that others make. */
  came(): Promise<BleConnection> {
    return new Promise((resolve) => {
      this.onConnection = resolve;
    });
  }

  /** From now on streams change to a channel where the other end has one as well. */
  async useChannels(): Promise<void> {
    const { channels } = this.adapter;
    if (channels === undefined) throw new Error(this.#helper.status.text);
    this.#door = new ChannelDoor({ channels, clock, logger });
    await this.#door.start();
  }

  stream(connection: BleConnection, signal: AbortSignal): Promise<BleStream> {
    const options = { connection, door: this.#door, clock, random, logger, signal };
    return connection.initiator
      ? openBleStream({ ...options, purpose: 'mesh' })
      : acceptBleStream({ ...options, purposes: ['mesh'] });
  }

  async stop(): Promise<void> {
    this.#door?.stop();
    await this.#host.stop();
    await this.#helper.stop();
  }
}
