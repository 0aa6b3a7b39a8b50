/**
 * One uplink with its outbox, from its settings to its end (step 6): paused or running, and what an
 * admin is shown of it. While it is paused its outbox goes on lining up, so that nothing is lost.
 */
import type { AgentHost } from '@muster/agent';
import {
  fromBase64url,
  type KeyPair,
  Lane,
  MusterError,
  type ReadBundle,
  type Transport,
  toBase64url,
} from '@muster/core';
import { siteLabel } from '../mqtt/channels/topics.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Allowance } from '../policy/allowance.ts';
import { channelGate, type Gate, policyGate } from '../policy/gate.ts';
import { RelayClient } from '../relay-link/index.ts';
import type { CheckStep, DeadLetterInfo, UplinkInfo } from './info.ts';
import { openBrokerStream, parseBrokerAddress } from './mqtt/address.ts';
import { ChosenChannels } from './mqtt/chosen-channels.ts';
import { MqttUplink, viaOfUplink } from './mqtt/mqtt-uplink.ts';
import { followedTags } from './relay/followed.ts';
import { markName, RelayUplink } from './relay/relay-uplink.ts';
import { admittedStep, channelsStep, clockStep } from './self-checks.ts';
import type { MqttSettings, RelaySettings, UplinkSettings } from './settings.ts';
import { checkNetwork, type Endpoint, endpointOfRelay } from './uplink-checks.ts';

export interface UplinkSurroundings {
  readonly host: Pick<
    AgentHost,
    | 'clock'
    | 'random'
    | 'crypto'
    | 'logger'
    | 'node'
    | 'author'
    | 'folder'
    | 'identity'
    | 'channels'
  >;
  readonly createRelayTransport: (options: {
    readonly key: KeyPair;
    readonly address: string;
  }) => Promise<Transport>;
  /** Id of the own site, 16 bytes. */
  readonly site: Uint8Array;
  /** Since when the policy lets each channel out; shared by all relays. */
  readonly allowance: Allowance;
  readonly onPublished: (bundle: ReadBundle) => void;
  readonly onRelayKey: (name: string, relayKey: string) => void;
}

export class RunningUplink {
  #settings: UplinkSettings;
  readonly #surroundings: UplinkSurroundings;
  readonly #gate: Gate;
  readonly #outbox: Outbox;
  readonly #chosen: ChosenChannels | undefined;
  #uplink: RelayUplink | MqttUplink | undefined;
  #client: RelayClient | undefined;
  /** One change at a time: pausing waits for a start that is under way. */
  #changing: Promise<void> = Promise.resolve();
  #pausedSinceMs = 0;

  constructor(settings: UplinkSettings, surroundings: UplinkSurroundings) {
    const { host, site, allowance } = surroundings;
    const { name } = settings;
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#pausedSinceMs = host.clock.monotonicMs();
    if (settings.kind === 'mqtt') {
      const chosen = new ChosenChannels(settings.channels, () => host.channels());
      this.#chosen = chosen;
      const passages = () => chosen.passages();
      this.#gate = channelGate({ site, passages, via: viaOfUplink(name) });
    } else {
      this.#gate = policyGate(host.node, site);
    }
    this.#outbox = new Outbox({
      ...host,
      logger: host.logger.child('outbox'),
      gate: this.#gate,
      allowance:
        settings.kind === 'relay'
          ? allowance
          : new Allowance({ node: host.node, name: allowedName(name), isLasting: true }),
      uplink: { name, send: (item, onAnswer) => this.#uplink?.send(item, onAnswer) },
    });
  }

  get settings(): UplinkSettings {
    return this.#settings;
  }

  start(): Promise<void> {
    this.#outbox.start();
    return this.#change(async () => {
      if (!this.#settings.paused) await this.#open();
    });
  }

  stop(): Promise<void> {
    return this.#change(async () => {
      await this.#close();
      this.#outbox.stop();
    });
  }

  async remove(): Promise<void> {
    const { node } = this.#surroundings.host;
    await this.#change(() => this.#close());
    this.#outbox.forget();
    const { name, kind } = this.#settings;
    const { site, pins } = node.policy()?.policy ?? { site: this.#surroundings.site, pins: [] };
    const marks = [site, ...pins.map((pin) => pin.site)].map((one) => markName(name, one));
    const names = kind === 'mqtt' ? [allowedName(name)] : marks;
    node.keep(
      names.map((one) => [one, undefined]),
      () => {},
    );
  }

  setPaused(paused: boolean): Promise<void> {
    if (paused === this.#settings.paused) return Promise.resolve();
    this.#settings = { ...this.#settings, paused };
    this.#pausedSinceMs = this.#surroundings.host.clock.monotonicMs();
    return this.#change(() => (paused ? this.#close() : this.#open()));
  }

  pinRelay(relayKey: string): void {
    if (this.#settings.kind === 'relay') this.#settings = { ...this.#settings, relayKey };
  }

  onBundle(bundle: ReadBundle): void {
    this.#uplink?.onBundle(bundle);
    this.#outbox.onBundle(bundle);
  }

  onPolicy(): void {
    if (this.#uplink?.kind === 'relay') this.#uplink.onPolicy();
    this.#outbox.onPolicy();
  }

  onChannels(): void {
    if (this.#settings.kind !== 'mqtt') return;
    if (this.#uplink?.kind === 'mqtt') this.#uplink.onChannels();
    this.#outbox.onPolicy();
  }

  retry(id: Uint8Array): boolean {
    return this.#outbox.retry(id);
  }

  drop(id: Uint8Array): boolean {
    return this.#outbox.drop(id);
  }

  deadLetters(): readonly DeadLetterInfo[] {
    const { unixMs: nowMs } = this.#surroundings.host.clock.wall();
    return this.#outbox.letters().map(({ id, author, channel, reason, attempts, unixMs }) => ({
      id: toBase64url(id),
      uplink: this.#settings.name,
      channel,
      author: toBase64url(author),
      reason,
      attempts,
      ageMs: Math.max(0, nowMs - unixMs),
    }));
  }

  info(): UplinkInfo {
    const nowMs = this.#surroundings.host.clock.monotonicMs();
    const { name, kind, address, paused } = this.#settings;
    const status = this.#uplink?.status();
    const state = status?.state === 'stopped' ? 'down' : (status?.state ?? 'down');
    const { nextTryMs } = status ?? {};
    const byLane = {
      urgent: this.#outbox.waiting(Lane.urgent),
      normal: this.#outbox.waiting(Lane.normal),
      bulk: this.#outbox.waiting(Lane.bulk),
    };
    const lanes = Object.values(byLane);
    return {
      name,
      kind,
      address,
      state: paused ? 'paused' : state,
      sinceMs: nowMs - (paused ? this.#pausedSinceMs : (status?.sinceMs ?? nowMs)),
      waiting: {
        bundles: lanes.reduce((sum, { bundles }) => sum + bundles, 0),
        bytes: lanes.reduce((sum, { bytes }) => sum + bytes, 0),
      },
      waitingByLane: byLane,
      sent: this.#outbox.sent,
      received: status?.received ?? 0,
      deadLetters: this.#outbox.letters().length,
      deadLettersForgotten: this.#outbox.lettersForgotten,
      problem: status?.problem ?? '',
      mend: status?.mend ?? '',
      ...(nextTryMs === undefined ? {} : { retryInMs: Math.max(0, nextTryMs - nowMs) }),
    };
  }

  /** See uplink-checks.ts; ends with what the uplink itself says, the policy and the clock. */
  async test(): Promise<readonly CheckStep[]> {
    const endpoint = this.#endpoint();
    if (!endpoint) return [];
    const steps = await checkNetwork(endpoint);
    if (steps.every(({ ok }) => ok)) steps.push(admittedStep(this.info()));
    const channels = channelsStep({
      kind: this.#settings.kind,
      leaving: this.#gate.passages(),
      reading: this.#reading(),
      missing: this.#chosen?.missing() ?? [],
    });
    return [...steps, channels, clockStep(this.#surroundings.host.clock)];
  }

  #reading(): number {
    if (this.#chosen) return this.#chosen.channels().length;
    return followedTags(this.#surroundings.host.node.policy()?.policy).length;
  }

  #endpoint(): Endpoint | undefined {
    if (this.#settings.kind === 'relay') return endpointOfRelay(this.#settings.address);
    const parsed = parseBrokerAddress(this.#settings.address);
    if (!parsed.ok) return undefined;
    const { host, port, scheme } = parsed.value;
    const tls = scheme === 'mqtts' || scheme === 'wss';
    return { host, port, tls, ...caOf(this.#settings) };
  }

  async #open(): Promise<void> {
    if (this.#uplink) return;
    const { host } = this.#surroundings;
    const uplink =
      this.#settings.kind === 'relay'
        ? await this.#openRelay(this.#settings)
        : this.#openMqtt(this.#settings);
    this.#uplink = uplink;
    uplink.start({
      onUp: () => {
        this.#pinSeenRelay();
        this.#outbox.onUp();
      },
      onDown: () => this.#outbox.onDown(),
      onBundle: (bundle, onAnswer) => host.node.takeFromUplink(bundle, onAnswer),
      onSeen: (id, onKept) => this.#outbox.onSeen(id, onKept),
    });
  }

  async #close(): Promise<void> {
    const uplink = this.#uplink;
    this.#uplink = undefined;
    this.#client = undefined;
    this.#outbox.onDown();
    await uplink?.stop();
  }

  async #openRelay({ name, address, relayKey }: RelaySettings): Promise<RelayUplink> {
    const { host, site, createRelayTransport, onPublished } = this.#surroundings;
    const { clock, node, identity, logger } = host;
    const { key, certificate } = identity.node;
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
    return new RelayUplink({
      name,
      clock,
      logger,
      node,
      client,
      gate: this.#gate,
      site,
      onPublished,
    });
  }

  #openMqtt(settings: MqttSettings): MqttUplink {
    const { host } = this.#surroundings;
    const { name, address, username, password, prefix } = settings;
    const parsed = parseBrokerAddress(address);
    if (!parsed.ok) {
      const mend = 'Remove the uplink and add it with an address such as mqtts://broker.example';
      throw new MusterError('uplink-address', `${address} is no address of a broker`, mend);
    }
    const { site } = host.identity;
    return new MqttUplink({
      ...host,
      name,
      key: host.author.key,
      write: (draft, onAnswer) => host.author.write(draft, onAnswer),
      open: () => openBrokerStream(parsed.value, caOf(settings)),
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      topics: `${prefix}/${siteLabel(site.name)}`,
      siteName: site.name,
      channels: () => this.#chosen?.channels() ?? [],
    });
  }

  /** Whoever answered first at the address stays the relay of this uplink. */
  #pinSeenRelay(): void {
    const relayKey = this.#client?.status().relayKey;
    const isPinned = this.#settings.kind !== 'relay' || this.#settings.relayKey !== '';
    if (relayKey && !isPinned) {
      this.#surroundings.onRelayKey(this.#settings.name, toBase64url(relayKey));
    }
  }

  #change(run: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(run);
    this.#changing = changed.catch(() => {});
    return changed;
  }
}

function caOf(settings: UplinkSettings): { readonly ca?: string } {
  return settings.kind === 'mqtt' && settings.ca !== '' ? { ca: settings.ca } : {};
}

function allowedName(uplink: string): string {
  return `gateway/allowed/${uplink}`;
}
