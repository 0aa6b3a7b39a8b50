/**
 * The node's links to its neighbours (step 4 of a message's way): the transport with its media, and
 * mDNS, which says whom it may dial. What comes over a link is the node's matter.
 */
import type { Discovery, KeyPair, Link, Medium } from '@muster/core';
import type { Config } from './config/index.ts';
import type { AgentParts, MeshTransport } from './parts.ts';

export interface JoinedMeshOptions {
  readonly config: Config;
  /** The node's. */
  readonly key: KeyPair;
  readonly media: readonly Medium[];
  readonly parts: Pick<AgentParts, 'createTransport' | 'createDiscovery'>;
}

export class JoinedMesh {
  readonly #options: JoinedMeshOptions;
  #transport: MeshTransport | undefined;
  #discovery: Discovery | undefined;

  constructor(options: JoinedMeshOptions) {
    this.#options = options;
  }

  /** Multiaddrs under which neighbours reach the node, once started. */
  addresses(): readonly string[] {
    return this.#transport?.addresses() ?? [];
  }

  async start(onLink: (link: Link) => void): Promise<void> {
    const { config, key, media, parts } = this.#options;
    const { meshListen: listen, meshBootstrap: bootstrap } = config;
    const transport = await parts.createTransport({ key, listen, bootstrap, media });
    this.#transport = transport;
    await transport.start(onLink);
    if (!config.meshMdns) return;
    this.#discovery = await parts.createDiscovery({
      nodeKey: key.publicKey,
      addresses: () => transport.addresses(),
    });
    await this.#discovery.start((sighting) => transport.addSighting(sighting));
  }

  async stop(): Promise<void> {
    try {
      await this.#discovery?.stop();
    } finally {
      await this.#transport?.stop();
    }
  }
}
