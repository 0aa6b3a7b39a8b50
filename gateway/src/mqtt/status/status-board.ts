/**
 * Keeps the status of this node and its neighbours on the broker, retained: soon after a change,
 * and once a minute anyway, so that what is old can be told from what holds. Step 6, for machines
 * that watch. A broker that is killed can say nothing: hence `validForS`.
 */
import type { NodeInfo, StatusInfo } from '@muster/agent';
import type { Clock, Logger, NodeApi, Timer } from '@muster/core';
import type { OwnPublish } from '../channels/index.ts';
import { nodeTopic } from '../channels/index.ts';
import type { ClientPublish } from '../hooks.ts';
import { birthTopic, discoveryConfig, discoveryTopic } from './home-assistant.ts';
import { type KnownNode, KnownNodes } from './known-nodes.ts';
import { statusLimits } from './limits.ts';
import { type GatewayCounts, goneStatus, linkedStatus, ownStatus } from './node-status.ts';

export interface StatusBoardOptions {
  readonly node: Pick<NodeApi, 'keep' | 'status' | 'value'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The site's level in topics. */
  readonly site: string;
  readonly version: string;
  /** The setting `mqttHomeAssistant`. */
  readonly homeAssistant: boolean;
  nodeInfo(): NodeInfo;
  statusInfo(): StatusInfo;
  counts(): GatewayCounts;
  publish(packet: OwnPublish, onDone: (error?: Error) => void): void;
}

export class StatusBoard {
  readonly #options: StatusBoardOptions;
  readonly #nodes: KnownNodes;
  #timer: Timer | undefined;
  #toldMs = 0;
  #isRunning = false;

  constructor(options: StatusBoardOptions) {
    this.#options = options;
    this.#nodes = new KnownNodes(options.node);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#nodes.load(this.#options.clock.monotonicMs());
    this.#tell();
  }

  /** Says that this node goes; resolves once the broker has it. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#timer?.cancel();
    await new Promise<void>((resolve) => {
      this.#publish(this.#topic(this.#ownKey, 'availability'), 'offline', resolve);
    });
  }

  /** Links, clients or uplinks changed. */
  onChange(): void {
    if (!this.#isRunning) return;
    const { settleMs } = statusLimits;
    this.#tellIn(Math.max(0, this.#toldMs + settleMs - this.#options.clock.monotonicMs()));
  }

  /** Home Assistant forgets what it was told when it starts, and says that it did. */
  onPublish({ topic, payload }: ClientPublish): void {
    const isBirth = topic === birthTopic && payload.toString() === 'online';
    if (isBirth && this.#options.homeAssistant) this.onChange();
  }

  get #ownKey(): string {
    return this.#options.nodeInfo().nodeKey;
  }

  #tellIn(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, () => this.#tell());
  }

  #tell(): void {
    const { clock, node, counts, version, nodeInfo, statusInfo } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#toldMs = nowMs;
    const own = ownStatus({
      node: nodeInfo(),
      status: statusInfo(),
      neighbours: node.status().neighbours,
      counts: counts(),
      version,
      nowMs,
    });
    const forgotten = this.#nodes.update(own.links, nowMs);
    this.#tellOne({ key: own.key, name: own.name, status: own, isThere: true });
    for (const known of this.#nodes.all) this.#tellNeighbour(own.key, known, nowMs);
    for (const { key } of forgotten) this.#clear(key);
    this.#tellIn(statusLimits.everyMsMax);
  }

  #tellNeighbour(ownKey: string, { key, name, link, seenMs }: KnownNode, nowMs: number): void {
    const goneS = Math.floor((nowMs - seenMs) / 1_000);
    const status = link ? linkedStatus(ownKey, link) : goneStatus(ownKey, { key, name, goneS });
    this.#tellOne({ key, name, status, isThere: link !== undefined, seenBy: ownKey });
  }

  #tellOne(told: {
    readonly key: string;
    readonly name: string;
    readonly status: object;
    readonly isThere: boolean;
    readonly seenBy?: string;
  }): void {
    const { key, name, status, isThere, seenBy } = told;
    const { version, homeAssistant } = this.#options;
    const statusTopic = this.#topic(key, 'status');
    const config = discoveryConfig({
      key,
      name,
      version,
      statusTopic,
      availabilityTopic: this.#topic(seenBy ?? key, 'availability'),
      ...(seenBy === undefined ? {} : { seenBy }),
    });
    // Before the status, so that Home Assistant listens when it comes.
    this.#publish(discoveryTopic(key), homeAssistant ? JSON.stringify(config) : '');
    this.#publish(this.#topic(key, 'availability'), isThere ? 'online' : 'offline');
    this.#publish(statusTopic, JSON.stringify(status));
  }

  #clear(key: string): void {
    this.#publish(discoveryTopic(key), '');
    this.#publish(this.#topic(key, 'availability'), '');
    this.#publish(this.#topic(key, 'status'), '');
  }

  #topic(key: string, end: 'status' | 'availability'): string {
    return nodeTopic(this.#options.site, key, end);
  }

  #publish(topic: string, text: string, onDone: () => void = () => {}): void {
    const packet = { topic, payload: Buffer.from(text), qos: 0, retain: true } as const;
    this.#options.publish(packet, (error) => {
      if (error) this.#options.logger.warn('not-told', { topic, error: error.message });
      onDone();
    });
  }
}
