/**
 * A medium of the core as a libp2p transport, with a multiaddr protocol of its own, such as
 * `/ble/<address>`. Before step 4 of a message's way; who is dialled is the medium's affair.
 */
import {
  type ComponentLogger,
  type Connection,
  type Listener,
  type MultiaddrConnection,
  type Transport,
  transportSymbol,
  type Upgrader,
} from '@libp2p/interface';
import { type Multiaddr, multiaddr, registry, V } from '@multiformats/multiaddr';
import type { ByteStream, Medium } from '@muster/core';
import { ByteStreamConnection } from './byte-stream-connection.ts';

/**
 * Private use in the multicodec table. The numbers are of this process alone: addresses of a medium
 * never leave it in their binary form.
 */
const privateUseCode = 0x300000;
const codes = new Map<string, number>();

/** As the ByteStream port says. */
const addressShape = /^[a-z0-9-]{1,64}$/;

/** From now on multiaddrs may name addresses of this medium. */
function registerProtocol(name: string): void {
  if (codes.has(name)) return;
  const code = privateUseCode + codes.size;
  codes.set(name, code);
  registry.addProtocol({
    code,
    name,
    size: V,
    validate: (value) => {
      if (!addressShape.test(value)) throw new Error(`no address of ${name}`);
    },
  });
}

/** Throws when it is no address. */
export function mediumAddress(medium: Medium, address: string): Multiaddr {
  // Checked here too: a slash in it would begin another protocol.
  if (!addressShape.test(address)) throw new Error(`no address of ${medium.name}`);
  return multiaddr(`/${medium.name}/${address}`);
}

type Dialling = Parameters<Transport['dial']>[1];

export class MediumTransport implements Transport {
  readonly [transportSymbol] = true;
  readonly #medium: Medium;
  readonly #logger: ComponentLogger;

  constructor(medium: Medium, logger: ComponentLogger) {
    registerProtocol(medium.name);
    this.#medium = medium;
    this.#logger = logger;
  }

  /** The library keeps one transport of each name. */
  get [Symbol.toStringTag](): string {
    return `medium-${this.#medium.name}`;
  }

  async dial(address: Multiaddr, { signal, upgrader }: Dialling): Promise<Connection> {
    const stream = await this.#medium.open(address.getComponents()[0]!.value!, signal);
    const connection = this.#connectionOf(stream, address, 'outbound');
    return await orAbort(connection, () => {
      signal.throwIfAborted();
      return upgrader.upgradeOutbound(connection, { signal });
    });
  }

  /** Shakes hands on a stream that the other end opened; it is closed when that fails. */
  async accept(
    stream: ByteStream,
    upgrader: Upgrader,
    signal: AbortSignal,
  ): Promise<MultiaddrConnection> {
    const address = mediumAddress(this.#medium, stream.address);
    const connection = this.#connectionOf(stream, address, 'inbound');
    await orAbort(connection, () => upgrader.upgradeInbound(connection, { signal }));
    return connection;
  }

  dialFilter(addresses: Multiaddr[]): Multiaddr[] {
    const { name } = this.#medium;
    return addresses.filter((address) => address.getComponents()[0]?.name === name);
  }

  /** Streams come from the medium by themselves. */
  listenFilter(): Multiaddr[] {
    return [];
  }

  createListener(): Listener {
    throw new Error('nobody listens on an address of a medium');
  }

  #connectionOf(
    stream: ByteStream,
    remoteAddr: Multiaddr,
    direction: 'inbound' | 'outbound',
  ): ByteStreamConnection {
    const log = this.#logger.forComponent(`muster:${this.#medium.name}`);
    return new ByteStreamConnection({ stream, remoteAddr, direction, log });
  }
}

async function orAbort<T>(connection: MultiaddrConnection, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    connection.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}
