/**
 * A relay in life (step 6 of a message's way): the hub with real links, a store for each site and
 * the list of admitted sites, in one data folder. It belongs to no site, needs no site's keys, and
 * is believed by nobody.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '@muster/adapters/store-sqlite';
import { createLibp2pTransport, type TransportStatus } from '@muster/adapters/transport-libp2p';
import type { Clock, Crypto, KeyPair, Logger, Random, Store } from '@muster/core';
import { siteIdOf, toHex } from '@muster/core';
import { makeFolderDurably } from '@muster/provisioning';
import { relayProtocol } from '../relay-link/message.ts';
import { relayLimits } from './limits.ts';
import { type AdmittedSite, type HubSiteStatus, RelayHub } from './relay-hub.ts';
import { SiteList } from './site-list.ts';

export interface RelayOptions {
  /** Data folder, which is there and locked. */
  readonly folder: string;
  /** The relay's own node key; its peer id is in its addresses. */
  readonly key: KeyPair;
  /** Multiaddrs to listen on, `/ws` at the end for WebSocket. */
  readonly listen: readonly string[];
  /** Content kept of a site that is admitted without a quota. */
  readonly siteBytesMax?: number;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface RelaySiteStatus extends HubSiteStatus {
  /** As the relay's operator admitted it; empty for one that is only pinned. */
  readonly name: string;
}

export interface RelayStatus {
  readonly addresses: readonly string[];
  readonly sites: readonly RelaySiteStatus[];
  readonly transport: TransportStatus;
}

export interface Relay {
  start(): Promise<void>;
  /** Once stopped it stays so. */
  stop(): Promise<void>;
  /** Multiaddrs with the relay's peer id, for a site card. */
  addresses(): readonly string[];
  /**
   * Adds a site, or changes its name and quota. Rejects with a MusterError when it cannot be.
   */
  admit(site: AdmittedSite | Omit<AdmittedSite, 'bytesMax'>): Promise<void>;
  /** With all that is kept of it, unless another site pinned it. False when it was not admitted. */
  remove(siteKey: Uint8Array): Promise<boolean>;
  status(): RelayStatus;
}

export function createRelay(options: RelayOptions): Relay {
  return new LiveRelay(options);
}

class LiveRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #list: SiteList;
  readonly #hub: RelayHub;
  readonly #transport: ReturnType<typeof createLibp2pTransport>;
  #started = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#list = new SiteList(options.folder);
    this.#hub = new RelayHub({ ...options, openStore: (site) => this.#openStore(site) });
    const { key, listen, clock, random, logger } = options;
    const shared = { key, listen, clock, random, logger };
    this.#transport = createLibp2pTransport({ ...shared, bootstrap: [], protocol: relayProtocol });
  }

  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#list.load();
    await this.#hub.admitSites(this.#list.sites);
    await this.#transport.start((link) => this.#hub.addLink(link));
  }

  async stop(): Promise<void> {
    await this.#transport.stop();
    await this.#hub.stop();
  }

  addresses(): readonly string[] {
    return this.#transport.addresses();
  }

  async admit(site: AdmittedSite | Omit<AdmittedSite, 'bytesMax'>): Promise<void> {
    const bytesMax = this.#options.siteBytesMax ?? relayLimits.siteBytesMax;
    this.#list.admit({ bytesMax, ...site });
    await this.#hub.admitSites(this.#list.sites);
  }

  async remove(siteKey: Uint8Array): Promise<boolean> {
    const had = this.#list.remove(siteKey);
    if (!had) return false;
    await this.#hub.admitSites(this.#list.sites);
    const site = siteIdOf(this.#options.crypto, siteKey);
    if (!this.#hub.homeOf(site)) rmSync(this.#siteFolder(site), { recursive: true, force: true });
    return true;
  }

  status(): RelayStatus {
    const names = new Map(this.#list.sites.map(({ siteKey, name }) => [toHex(siteKey), name]));
    const sites = this.#hub.sites().map((site) => ({
      ...site,
      name: names.get(toHex(site.siteKey)) ?? '',
    }));
    return { addresses: this.addresses(), sites, transport: this.#transport.status() };
  }

  #openStore(site: Uint8Array): Store {
    const folder = this.#siteFolder(site);
    makeFolderDurably(folder);
    const { logger } = this.#options;
    return openSqliteStore({ path: join(folder, 'store.db'), logger }).store;
  }

  #siteFolder(site: Uint8Array): string {
    return join(this.#options.folder, 'sites', toHex(site));
  }
}
