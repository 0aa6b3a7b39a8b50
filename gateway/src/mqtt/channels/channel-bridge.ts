/**
 * Channels as MQTT topics, both ways: joins the inlet (step 1 for those who cannot sign) and the
 * feed (step 6), and decides by the topic whose publish is whose. Everything below `muster/` is
 * the gateway's to write; any other topic is plain MQTT and passes.
 */
import type { ListedChannel, OwnAuthor } from '@muster/agent';
import {
  type BundleFields,
  type Clock,
  type Crypto,
  decodeFields,
  decodeMessage,
  equalBytes,
  type Logger,
  mayEnter,
  type NodeApi,
  type Random,
  type ReadBundle,
} from '@muster/core';
import type { ClientPublish, PublishVerdict } from '../hooks.ts';
import { ChannelFeed, type FeedPacket } from './channel-feed.ts';
import { ChannelInlet } from './channel-inlet.ts';
import { faultTexts, type PublishFault } from './fault.ts';
import { FeedPlace, type PlaceKeeper } from './feed-place.ts';
import { messageJson } from './message-json.ts';
import { byTag, type ShownChannel, shownChannels } from './shown-channels.ts';
import { channelOfTopic, channelTopic, errorsTopic, isReserved } from './topics.ts';

/** A packet of the gateway's own. */
export interface OwnPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

export interface ChannelBridgeOptions {
  readonly node: Pick<NodeApi, 'keep' | 'knows' | 'ofKind' | 'policy' | 'since' | 'value'>;
  /** The broker's persistence. */
  readonly sessions: PlaceKeeper;
  readonly author: OwnAuthor;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly site: {
    /** Site id, 16 bytes. */
    readonly id: Uint8Array;
    readonly name: string;
    /** Its level in topics: siteLabel(name). */
    readonly label: string;
  };
  /** The setting `mqttChannels`. */
  readonly channelNames: readonly string[];
  channels(): readonly ListedChannel[];
  publish(packet: OwnPublish, onDone: (error?: Error) => void): void;
}

export interface BridgeCounters {
  /** Messages handed to subscribers. */
  readonly published: number;
  /** Messages taken from clients. */
  readonly taken: number;
  /** Publishes that were repeats. */
  readonly repeated: number;
  readonly refused: number;
}

export class ChannelBridge {
  readonly #options: ChannelBridgeOptions;
  readonly #inlet: ChannelInlet;
  readonly #feed: ChannelFeed;
  #byLevel: ReadonlyMap<string, ShownChannel> = new Map();
  #byTag: ReadonlyMap<string, ShownChannel> = new Map();

  constructor(options: ChannelBridgeOptions) {
    this.#options = options;
    const { node, author, crypto, clock, logger } = options;
    this.#inlet = new ChannelInlet({
      node,
      author,
      crypto,
      clock,
      report: (publish, fault, id) => this.#report(publish, fault, id),
    });
    this.#feed = new ChannelFeed({
      node,
      place: new FeedPlace({ node, random: options.random, keeper: options.sessions }),
      clock,
      logger,
      channels: () => this.#byTag,
      packetOf: (bundle, channel) => this.#packetOf(bundle, channel),
      // At the highest, so that each subscriber decides for itself.
      publish: (packet, onDone) => options.publish({ ...packet, qos: 2, retain: false }, onDone),
    });
  }

  /** After the broker's start. Resolves once what came while it was away is with the broker. */
  async start(): Promise<void> {
    this.onChannels();
    this.#inlet.start();
    await this.#feed.start();
  }

  stop(): void {
    this.#inlet.stop();
    this.#feed.stop();
  }

  onBundle(bundle: ReadBundle): void {
    this.#feed.onBundle(bundle);
  }

  /** The channels of the site changed, or what its policy says of others'. */
  onChannels(): void {
    this.#byLevel = shownChannels({
      names: this.#options.channelNames,
      listed: this.#options.channels(),
      policy: this.#options.node.policy()?.policy,
    });
    this.#byTag = byTag(this.#byLevel.values());
  }

  /** Names of the channels that appear. */
  get shown(): readonly string[] {
    return [...this.#byLevel.values()].map(({ name }) => name);
  }

  get counters(): BridgeCounters {
    return { published: this.#feed.published, ...this.#inlet.counters };
  }

  /** The broker's hook: asked before a PUBLISH is acknowledged. */
  onPublish(publish: ClientPublish, done: (verdict: PublishVerdict) => void): void {
    if (!isReserved(publish.topic)) {
      done('forward');
      return;
    }
    const named = channelOfTopic(this.#options.site.label, publish.topic);
    const channel = named && this.#byLevel.get(named.level);
    if (!channel) this.#inlet.refuse(publish, 'topic-unknown', done);
    else this.#inlet.take(publish, { channel, isUrgent: named.end === 'urgent' }, done);
  }

  #packetOf(bundle: ReadBundle, channel: ShownChannel): FeedPacket | undefined {
    const fields = decodeFields(bundle.signed);
    const message = fields.ok ? decodeMessage(fields.value.payload) : undefined;
    if (!fields.ok || !message) return undefined;
    const site = this.#siteName(fields.value);
    if (site === undefined) return undefined;
    const json = messageJson({
      bundle,
      fields: fields.value,
      message,
      channel: channel.name,
      site,
    });
    return {
      topic: channelTopic(this.#options.site.label, channel.level),
      payload: Buffer.from(JSON.stringify(json)),
    };
  }

  /** Undefined for a site that the policy does not let in, or not any more. */
  #siteName(fields: BundleFields): string | undefined {
    const { node, site: own } = this.#options;
    if (equalBytes(fields.site, own.id)) return own.name;
    const policy = node.policy()?.policy;
    return policy && mayEnter(policy, fields)?.name;
  }

  #report(publish: ClientPublish, fault: PublishFault, id: string | undefined): void {
    const { client, topic, messageId } = publish;
    const report = {
      error: fault,
      message: faultTexts[fault],
      topic,
      ...(messageId === undefined ? {} : { messageId }),
      ...(id === undefined ? {} : { id }),
    };
    const packet = {
      topic: errorsTopic(this.#options.site.label, client.name),
      payload: Buffer.from(JSON.stringify(report)),
      qos: 1,
      retain: false,
    } as const;
    this.#options.publish(packet, (error) => {
      if (error) this.#options.logger.warn('not-reported', { error: error.message });
    });
  }
}
