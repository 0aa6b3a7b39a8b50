/**
 * An uplink to a relay (step 6 of a message's way): what leaves follows the signed policy of the
 * site, and whoever answered first at the address stays its relay.
 */
import { fromBase64url, toBase64url } from '@muster/core';
import type { Allowance } from '../../policy/allowance.ts';
import { type Gate, policyGate } from '../../policy/gate.ts';
import { RelayClient } from '../../relay-link/index.ts';
import type { RelaySettings } from '../settings.ts';
import type { Uplink } from '../uplink.ts';
import { type Endpoint, endpointOfRelay } from '../uplink-checks.ts';
import type { UplinkKind, UplinkSurroundings } from '../uplink-kind.ts';
import { followedTags } from './followed.ts';
import { markName, RelayUplink } from './relay-uplink.ts';

export class RelayKind implements UplinkKind {
  readonly gate: Gate;
  readonly allowance: Allowance;
  readonly #surroundings: UplinkSurroundings;
  #settings: RelaySettings;
  #client: RelayClient | undefined;

  constructor(settings: RelaySettings, surroundings: UplinkSurroundings) {
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.gate = policyGate(surroundings.host.node, surroundings.site);
    this.allowance = surroundings.allowance;
  }

  get settings(): RelaySettings {
    return this.#settings;
  }

  async open(): Promise<Uplink> {
    const { host, site, createRelayTransport, onPublished } = this.#surroundings;
    const { clock, node, identity, logger } = host;
    const { key, certificate } = identity.node;
    const { name, address, relayKey } = this.#settings;
    const pinned = fromBase64url(relayKey);
    const client = new RelayClient({
      clock,
      logger,
      transport: await createRelayTransport({ key, address }),
      siteKey: identity.site.siteKey,
      certificate,
      policy: () => node.policy()?.wire,
      ...(pinned?.length === 32 ? { relayKey: pinned } : {}),
    });
    this.#client = client;
    const { gate } = this;
    return new RelayUplink({ name, clock, logger, node, client, gate, site, onPublished });
  }

  /** Whoever answered first at the address stays the relay of this uplink. */
  onUp(): void {
    const seen = this.#client?.status().relayKey;
    if (!seen || this.#settings.relayKey !== '') return;
    this.#settings = { ...this.#settings, relayKey: toBase64url(seen) };
    this.#surroundings.onRelayKey();
  }

  reading(): number {
    return followedTags(this.#surroundings.host.node.policy()?.policy).length;
  }

  missing(): readonly string[] {
    return [];
  }

  endpoint(): Endpoint | undefined {
    return endpointOfRelay(this.#settings.address);
  }

  /** How far it has read each site. */
  keptNames(): readonly string[] {
    const { host, site } = this.#surroundings;
    const pins = host.node.policy()?.policy.pins ?? [];
    const sites = [site, ...pins.map((pin) => pin.site)];
    return sites.map((one) => markName(this.#settings.name, one));
  }
}
