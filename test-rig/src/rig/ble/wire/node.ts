/** A libp2p transport on one end of the wire, with any key: a node without papers. */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createLibp2pTransport, type Libp2pTransport } from '@muster/adapters/transport-libp2p';
import type { KeyPair, Link } from '@muster/core';
import { loggerOf } from '../inside/logger.ts';
import { clock, type End } from './end.ts';
import { LooseMedium } from './loose-medium.ts';

export const crypto = createSodiumCrypto();
export const random = createSystemRandom();

export class WireNode {
  readonly key: KeyPair = crypto.keyPairFromSeed(random.bytes(32));
  readonly medium: LooseMedium;
  readonly #transport: Libp2pTransport;
  /** Called with each link that comes about; not started yet. */
  onLink: (link: Link) => void = () => {};

  private constructor(end: End) {
    this.medium = new LooseMedium(end);
    this.#transport = createLibp2pTransport({
      ...{ key: this.key, listen: [], bootstrap: [], clock, random },
      logger: loggerOf('wire-node'),
      media: [this.medium],
    });
  }

  static async start(end: End): Promise<WireNode> {
    const node = new WireNode(end);
    await node.#transport.start((link) => node.onLink(link));
    return node;
  }

  /** The next link. */
  link(): Promise<Link> {
    return new Promise((resolve) => {
      this.onLink = resolve;
    });
  }

  stop(): Promise<void> {
    return this.#transport.stop();
  }
}
