/**
 * The MQTT side of a gateway, whole (steps 5 and 6 of a message's way): broker, credentials,
 * sessions on disk, channels as topics and the status of nodes, joined over one agent. Holds no
 * rules of its own.
 */
import { join } from 'node:path';
import type { AgentHost } from '@muster/agent';
import { version } from '@muster/agent';
import { type ReadBundle, siteIdOf } from '@muster/core';
import { createMqttBroker, type MqttBroker } from './broker/broker.ts';
import { ChannelBridge, siteLabel } from './channels/index.ts';
import { ClientBook } from './clients/client-book.ts';
import { type ChosenPorts, choosePorts } from './free-ports.ts';
import type { BrokerHooks } from './hooks.ts';
import { createSqlitePersistence, type SqlitePersistence } from './persistence/index.ts';
import { type GatewayCounts, StatusBoard } from './status/index.ts';
import { brokerTls } from './tls.ts';

export interface MqttSideOptions {
  readonly host: AgentHost;
  uplinks(): GatewayCounts['uplinks'];
}

export class MqttSide {
  readonly #options: MqttSideOptions;
  readonly book: ClientBook;
  /** The site's level in topics. */
  readonly label: string;
  #running: Running | undefined;

  constructor(options: MqttSideOptions) {
    const { crypto, random, folder, identity } = options.host;
    this.#options = options;
    this.label = siteLabel(identity.site.name);
    this.book = new ClientBook({ crypto, random, path: join(folder.path, 'mqtt-clients.json') });
  }

  async start(): Promise<void> {
    const { clock, random, logger, folder, config } = this.#options.host;
    this.book.load();
    const chosen = await choosePorts(config);
    const tls = await brokerTls(this.#options.host);
    const path = join(folder.path, 'mqtt.db');
    const persistence = createSqlitePersistence({
      ...{ path, clock, logger: logger.child('mqtt-store') },
      // Inside the broker an id begins with the name of its credential.
      ownerOf: (clientId) => clientId.split('/', 1)[0]!,
    });
    const { mqttPort: port, mqttTlsPort: tlsPort, mqttWebSocketPort: webSocketPort } = chosen.ports;
    const broker = createMqttBroker({
      ...{ clock, random, persistence, clients: this.book, hooks: this.#hooks() },
      logger: logger.child('mqtt'),
      // Before anybody comes: what a client repeats after a crash must be known again, and what
      // came while the broker was away stands in the queues.
      prepare: () => bridge.start(),
      listeners: {
        ...{ host: config.mqttHost, port, webSocketPort },
        ...(tls ? { tlsPort, tls } : {}),
      },
    });
    const bridge: ChannelBridge = this.#bridge(broker, persistence);
    const board = this.#board(broker);
    this.#running = { broker, bridge, board, persistence, chosen, isSecure: tls !== undefined };
    await broker.start();
    board.start();
    logger.info('broker ready', { port: broker.ports().tcp });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    await running.board.stop();
    running.bridge.stop();
    await running.broker.stop();
  }

  onBundle(bundle: ReadBundle): void {
    this.#running?.bridge.onBundle(bundle);
  }

  onChannels(): void {
    this.#running?.bridge.onChannels();
  }

  /** Links, clients or uplinks changed. */
  onChange(): void {
    this.#running?.board.onChange();
  }

  counts(): GatewayCounts['mqtt'] {
    const { broker, persistence } = this.#running ?? {};
    const clients = broker?.counters().clients ?? 0;
    return { clients, sessions: persistence?.status().sessions ?? 0 };
  }

  get running(): Running | undefined {
    return this.#running;
  }

  #hooks(): BrokerHooks {
    return {
      onPublish: (publish, done) => {
        const running = this.#running;
        if (!running) {
          done({ refused: 'the gateway stops' });
          return;
        }
        running.board.onPublish(publish);
        running.bridge.onPublish(publish, done);
      },
    };
  }

  #bridge(broker: MqttBroker, sessions: SqlitePersistence): ChannelBridge {
    const { host } = this.#options;
    const { node, author, crypto, clock, random, logger, identity, config, channels } = host;
    const { siteKey, name } = identity.site;
    return new ChannelBridge({
      ...{ node, author, crypto, clock, random, channels, sessions },
      logger: logger.child('channels'),
      site: { id: siteIdOf(crypto, siteKey), name, label: this.label },
      channelNames: config.mqttChannels,
      publish: (packet, onDone) => broker.publish(packet, onDone),
    });
  }

  #board(broker: MqttBroker): StatusBoard {
    const { node, clock, logger, config, nodeInfo, statusInfo } = this.#options.host;
    return new StatusBoard({
      ...{ node, clock, version, site: this.label, nodeInfo, statusInfo },
      logger: logger.child('status'),
      homeAssistant: config.mqttHomeAssistant,
      counts: () => ({ mqtt: this.counts(), uplinks: this.#options.uplinks() }),
      publish: (packet, onDone) => broker.publish(packet, onDone),
    });
  }
}

interface Running {
  readonly broker: MqttBroker;
  readonly bridge: ChannelBridge;
  readonly board: StatusBoard;
  readonly persistence: SqlitePersistence;
  readonly chosen: ChosenPorts;
  readonly isSecure: boolean;
}
