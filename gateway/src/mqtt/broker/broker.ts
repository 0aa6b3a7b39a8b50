/**
 * The MQTT broker of a gateway (steps 5 and 6 of a message's way): listeners, gate and aedes
 * joined. Deny by default: whoever has no credential gets no further than CONNECT, and a
 * credential reaches what it was granted. No PUBLISH is acknowledged before the hook has answered.
 */
import type { Clock, Logger, Random } from '@muster/core';
import type { ClientBook } from '../clients/client-book.ts';
import type { GateFault } from '../gate/fault.ts';
import type { BrokerHooks } from '../hooks.ts';
import type { MqttLimits } from '../limits.ts';
import type { ListenerOptions, MqttPorts } from '../listeners/listeners.ts';
import { GatewayBroker } from './gateway-broker.ts';
import type { AedesPersistence } from './persistence.ts';

export interface MqttBrokerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly listeners: ListenerOptions;
  readonly clients: ClientBook;
  /** An aedes persistence, closed by `stop`; in memory when left out. */
  readonly persistence?: AedesPersistence;
  readonly hooks: BrokerHooks;
  /** Before any client comes, with `publish` at work already. When it fails, so does `start`. */
  readonly prepare?: () => Promise<void>;
  /** Bounds that differ from mqttLimits. */
  readonly limits?: Partial<MqttLimits>;
}

/** A message of the gateway itself. */
export interface OwnPublish {
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** One connected client, for the admin. */
export interface ConnectedClient {
  readonly name: string;
  readonly clientId: string;
  readonly address: string;
  readonly connectedMs: number;
  readonly waitingBytes: number;
}

export interface BrokerCounters {
  readonly connections: number;
  readonly clients: number;
  readonly published: number;
  /** Connections beyond the caps, closed unread. */
  readonly turnedAway: number;
  readonly refusedConnects: number;
  /** By reason, of those that occurred. */
  readonly cuts: ReadonlyMap<GateFault, number>;
}

export interface MqttBroker {
  /** A MusterError when a port cannot be had. */
  start(): Promise<void>;
  stop(): Promise<void>;
  ports(): MqttPorts;
  /** Done once subscribers' queues and the retained store have it. Not asked of the hook. */
  publish(publish: OwnPublish, onDone?: (error?: Error) => void): void;
  connected(): ConnectedClient[];
  counters(): BrokerCounters;
  /** All connections of a credential; answers how many there were. */
  disconnect(name: string): number;
}

export function createMqttBroker(options: MqttBrokerOptions): MqttBroker {
  return new GatewayBroker(options);
}
