/**
 * The broker's parts at work: connections counted and swept, sessions kept, aedes asked. What it is
 * for is said in broker.ts.
 */
import type { EventEmitter } from 'node:events';
import { addressGroup } from '@muster/agent';
import { type BucketRate, type Timer, toHex } from '@muster/core';
import type { AedesPublishPacket, Client, PublishPacket } from 'aedes';
import memoryPersistence from 'aedes-persistence';
import mqttPacket from 'mqtt-packet';
import type { GateFault } from '../gate/fault.ts';
import { type MqttLimits, mqttLimits } from '../limits.ts';
import { Listeners, type MqttPorts } from '../listeners/listeners.ts';
import { Acl, NotGranted, RefusedPublish } from './acl.ts';
import { noDuplicates } from './aedes-client.ts';
import { AnsweringBroker } from './answering-broker.ts';
import type {
  BrokerCounters,
  ConnectedClient,
  MqttBroker,
  MqttBrokerOptions,
  OwnPublish,
} from './broker.ts';
import { Census } from './census.ts';
import { ClientSession } from './client-session.ts';
import { Flusher } from './flusher.ts';
import type { AedesPersistence } from './persistence.ts';
import { PublishEncoder } from './publish-encoder.ts';
import { Qos2Intake } from './qos2-intake.ts';
import type { SessionHost } from './session-host.ts';
import type { Wire } from './wire.ts';

// Its cache holds a buffer for each of 65,536 numbers: 8 MB to save one small allocation.
mqttPacket.writeToStream.cacheNumbers = false;

export class GatewayBroker implements MqttBroker {
  readonly #options: MqttBrokerOptions;
  readonly #limits: MqttLimits;
  readonly #packetRate: BucketRate;
  readonly #census: Census;
  readonly #listeners: Listeners;
  readonly #sessions = new Set<ClientSession>();
  readonly #cuts = new Map<GateFault, number>();
  #sessionOf = new WeakMap<object, ClientSession>();
  #running: Running | undefined;
  #onEmpty = () => {};
  #turnedAway = 0;
  #refusedConnects = 0;

  constructor(options: MqttBrokerOptions) {
    this.#options = options;
    this.#limits = { ...mqttLimits, ...options.limits };
    const { packetsPerSecond, packetsBurst } = this.#limits;
    this.#packetRate = { perMinute: packetsPerSecond * 60, burst: packetsBurst };
    this.#census = new Census(this.#limits);
    this.#listeners = new Listeners(options.listeners, (wire) => this.#onWire(wire));
  }

  async start(): Promise<void> {
    if (this.#running) return;
    const { clients, hooks, random } = this.#options;
    const persistence = this.#options.persistence ?? inMemory();
    const acl = new Acl({ clients, hooks, limits: this.#limits });
    const aedes = openAedes({
      ...{ acl, persistence, limits: this.#limits, id: random.bytes(8) },
      onForward: (client, packet) => this.#sessionOf.get(client.conn)?.onForward(packet),
    });
    aedes.on('clientError', (client, error) => this.#onClientError(client.conn, error));
    (aedes as EventEmitter).on('error', (error: Error) => {
      this.#options.logger.error('broker failed', { error: error.message });
    });
    await aedes.listen();
    // Its own clients' wills are not those of a broker that died.
    (aedes.brokers as Record<string, number>)[aedes.id] = Number.POSITIVE_INFINITY;
    const stopListening = clients.onRevoked((name) => this.disconnect(name));
    this.#running = {
      aedes,
      acl,
      persistence,
      stopListening,
      host: this.#host(aedes),
      sweep: undefined,
    };
    try {
      await this.#options.prepare?.();
      await this.#listeners.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    this.#listeners.stop();
    running.stopListening();
    running.sweep?.cancel();
    await new Promise<void>((resolve) => running.aedes.close(resolve));
    for (const session of this.#sessions) session.end();
    await this.#closed();
    await running.persistence.destroy();
  }

  ports(): MqttPorts {
    return this.#listeners.ports();
  }

  publish(publish: OwnPublish, onDone: (error?: Error) => void = () => {}): void {
    const aedes = this.#running?.aedes;
    const { payload } = publish;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const packet: PublishPacket = { cmd: 'publish', dup: false, ...publish, payload: bytes };
    if (aedes) aedes.publish(packet, null, onDone);
    else onDone(new Error('the broker is not running'));
  }

  connected(): ConnectedClient[] {
    const nowMs = this.#options.clock.monotonicMs();
    return [...this.#sessions].flatMap((session) => {
      const { admitted, address, waitingBytes, sinceMs } = session;
      if (!admitted) return [];
      const { clientId, member } = admitted;
      return [{ name: member.name, clientId, address, connectedMs: nowMs - sinceMs, waitingBytes }];
    });
  }

  counters(): BrokerCounters {
    return {
      connections: this.#sessions.size,
      clients: this.#running?.aedes.connectedClients ?? 0,
      published: this.#running?.acl.published ?? 0,
      turnedAway: this.#turnedAway,
      refusedConnects: this.#refusedConnects,
      cuts: this.#cuts,
    };
  }

  disconnect(name: string): number {
    const theirs = [...this.#sessions].filter(({ admitted }) => admitted?.member.name === name);
    for (const session of theirs) session.end();
    return theirs.length;
  }

  #host(aedes: AnsweringBroker): SessionHost {
    const { clock, random, clients } = this.#options;
    return {
      ...{ clock, random, clients, aedes, limits: this.#limits, packetRate: this.#packetRate },
      ...{ flusher: new Flusher(), encoder: new PublishEncoder() },
      duplicates: noDuplicates(aedes.id),
      qos2: new Qos2Intake(aedes, this.#limits.inboundQos2Max),
      onAdmitted: (session, stream) => {
        this.#census.opened(addressGroup(session.address));
        this.#sessionOf.set(stream, session);
      },
      onRefused: () => {
        this.#refusedConnects += 1;
      },
      onCut: (session, fault) => this.#count(session, fault),
      onClosed: (session) => {
        this.#sessions.delete(session);
        this.#census.leave(addressGroup(session.address), session.admitted !== undefined);
        if (this.#sessions.size === 0) this.#onEmpty();
      },
    };
  }

  #onWire(wire: Wire): void {
    const running = this.#running;
    if (!running || !this.#census.enter(addressGroup(wire.address))) {
      this.#turnedAway += 1;
      wire.destroy();
      return;
    }
    this.#sessions.add(new ClientSession(wire, running.host));
    running.sweep ??= this.#sweepLater(running);
  }

  /** Keeps a timer only while there are connections. */
  #sweepLater(running: Running): Timer {
    return this.#options.clock.after(this.#limits.sweepMs, () => {
      const nowMs = this.#options.clock.monotonicMs();
      for (const session of this.#sessions) session.sweep(nowMs);
      running.sweep = this.#sessions.size > 0 ? this.#sweepLater(running) : undefined;
    });
  }

  #onClientError(stream: object, error: Error): void {
    const session = this.#sessionOf.get(stream);
    if (!session) return;
    if (error instanceof NotGranted) this.#count(session, 'not-granted');
    else if (error instanceof RefusedPublish) this.#count(session, 'refused', error.message);
    else this.#count(session, 'failed', error.message);
  }

  #count(session: ClientSession, fault: GateFault, detail?: string): void {
    this.#cuts.set(fault, (this.#cuts.get(fault) ?? 0) + 1);
    this.#options.logger.debug('client cut', {
      client: session.admitted?.member.name,
      fault,
      detail,
    });
  }

  /** Once all connections are closed; those that take too long are cut. */
  #closed(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(this.#limits.closingMsMax, () => {
        for (const session of this.#sessions) session.letGo();
      });
      this.#onEmpty = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

// CommonJS whose types describe a default export that is the module itself.
const inMemory = memoryPersistence as unknown as () => AedesPersistence;

interface Running {
  readonly aedes: AnsweringBroker;
  readonly acl: Acl;
  readonly persistence: AedesPersistence;
  readonly stopListening: () => void;
  readonly host: SessionHost;
  sweep: Timer | undefined;
}

interface AedesParts {
  readonly acl: Acl;
  readonly persistence: AedesPersistence;
  readonly limits: MqttLimits;
  /** 8 random bytes: another at each start, so that old wills are known as such. */
  readonly id: Uint8Array;
  /** Before a message of QoS 1 or 2 is given to a client. */
  onForward(client: Client, packet: AedesPublishPacket): void;
}

function openAedes({ acl, persistence, limits, id, onForward }: AedesParts): AnsweringBroker {
  const add = persistence.addSubscriptions.bind(persistence);
  // aedes stores a SUBSCRIBE as a whole, with the filters that were refused.
  persistence.addSubscriptions = (client, subs) =>
    add(
      client,
      subs.filter(({ topic }) => acl.maySubscribe(client.id, topic)),
    );
  const aedes: AnsweringBroker = new AnsweringBroker({
    id: toHex(id),
    persistence,
    // No bound: deliveries are never waited for, so nothing queues behind a slow reader.
    concurrency: 0,
    drainTimeout: limits.drainTimeoutMs,
    maxTopicLevels: limits.topicLevelsMax,
    // Ours are longer by the credential's name, and were held to their cap before.
    maxClientsIdLength: 65_535,
    authorizePublish: (client, packet, done) => acl.publish(aedes, { client, packet }, done),
    authorizeSubscribe: (client, subscription, done) => {
      done(null, acl.subscribe(client, subscription) ? subscription : null);
    },
    authorizeForward: (client, packet) => {
      onForward(client, packet);
      return acl.mayForward(client, packet) ? packet : null;
    },
  });
  aedes.on('unsubscribe', (filters, client) => acl.unsubscribe(client, filters));
  return aedes;
}
