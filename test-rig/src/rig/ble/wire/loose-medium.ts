/**
 * A medium without a rule: it dials whom it is told and takes whoever comes. For what must hold for
 * any links by radio, and for strangers, who keep to no rules.
 */
import type { BlePeer } from '@muster/adapters/transport-ble';
import type { ByteStream, Medium, MediumHost } from '@muster/core';
import type { End } from './end.ts';

const acceptMsMax = 15_000;

export class LooseMedium implements Medium {
  readonly name = 'ble';
  readonly costClass = 'radio';
  readonly maxFrameBytes = 2_048;
  readonly windowBytes = 4_096;
  readonly #end: End;
  readonly #peers = new Map<string, BlePeer>();
  #host: MediumHost | undefined;

  constructor(end: End) {
    this.#end = end;
  }

  async start(host: MediumHost): Promise<void> {
    this.#host = host;
    this.#end.onConnection = (connection) => {
      const accepted = this.#end.stream(connection, AbortSignal.timeout(acceptMsMax));
      // Whoever proves nothing is gone again.
      accepted.then((stream) => host.accept(stream)).catch(() => {});
    };
  }

  onPeers(): void {}

  /** Resolves with the node key that was proven. */
  dial(peer: BlePeer): Promise<Uint8Array> {
    const kind = peer.addressType === 'random' ? 'r' : 'p';
    const address = `${kind}-${peer.address.replaceAll(':', '').toLowerCase()}`;
    this.#peers.set(address, peer);
    return this.#host!.dial(address);
  }

  async open(address: string, signal: AbortSignal): Promise<ByteStream> {
    const connection = await this.#end.connect(this.#peers.get(address)!, signal);
    return this.#end.stream(connection, signal);
  }

  async stop(): Promise<void> {
    this.#end.onConnection = () => {};
  }
}
