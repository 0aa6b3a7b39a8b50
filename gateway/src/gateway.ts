/**
 * The gateway: a node's broker and its uplinks (steps 5 and 6 of a message's way), as one extension
 * of the agent. It joins parts; what crosses, and what is acknowledged when, they decide.
 */
import { createLibp2pTransport } from '@muster/adapters/transport-libp2p';
import type { AgentExtension, AgentHost, ControlCommand, Metric, ReportPart } from '@muster/agent';
import type { ReadBundle } from '@muster/core';
import { gatewayMetrics } from './gateway-metrics.ts';
import { mqttCommands } from './mqtt/mqtt-control.ts';
import { MqttSide } from './mqtt/mqtt-side.ts';
import { relayProtocol } from './relay-link/index.ts';
import { UplinkManager } from './uplinks/manager.ts';
import { uplinkProblems } from './uplinks/problems.ts';

export function createGateway(): AgentExtension {
  return new Gateway();
}

class Gateway implements AgentExtension {
  readonly name = 'gateway';
  #commands: Readonly<Record<string, ControlCommand>> = {};
  #mqtt: MqttSide | undefined;
  #uplinks: UplinkManager | undefined;

  get commands(): Readonly<Record<string, ControlCommand>> {
    return this.#commands;
  }

  async start(host: AgentHost): Promise<void> {
    const uplinks = new UplinkManager({
      host,
      createRelayTransport: async ({ key, address }) => {
        const { clock, random, logger } = host;
        const protocol = relayProtocol;
        const given = { key, listen: [], bootstrap: [address], clock, random, logger, protocol };
        return createLibp2pTransport(given);
      },
    });
    const mqtt = new MqttSide({ host, uplinks: () => countsOf(uplinks) });
    this.#uplinks = uplinks;
    this.#mqtt = mqtt;
    await mqtt.start();
    await uplinks.start();
    this.#commands = { ...mqttCommands(host, mqtt), ...uplinks.commands };
  }

  /** Uplinks first: what they confirm is still told to the broker's subscribers. */
  async stop(): Promise<void> {
    await this.#uplinks?.stop();
    await this.#mqtt?.stop();
  }

  onBundle(bundle: ReadBundle): void {
    this.#mqtt?.onBundle(bundle);
    this.#uplinks?.onBundle(bundle);
  }

  onNeighbours(): void {
    this.#mqtt?.onChange();
  }

  onChannels(): void {
    this.#mqtt?.onChannels();
    this.#uplinks?.onChannels();
  }

  onPolicy(): void {
    this.#mqtt?.onChannels();
    this.#uplinks?.onPolicy();
  }

  status(): Readonly<Record<string, unknown>> {
    const { broker } = this.#mqtt?.running ?? {};
    return {
      mqtt: { ...this.#mqtt?.counts(), ports: broker?.ports() },
      uplinks: this.#uplinks?.list() ?? [],
    };
  }

  /** Its part of the node's report to the site's admins. */
  report(): ReportPart {
    const uplinks = this.#uplinks?.list() ?? [];
    return {
      mqtt: { clients: this.#mqtt?.counts().clients ?? 0 },
      uplinks: uplinks.map(({ name, state }) => ({ name, state })),
      problems: uplinks.flatMap(uplinkProblems),
    };
  }

  metrics(): readonly Metric[] {
    const { broker, persistence, bridge } = this.#mqtt?.running ?? {};
    if (!broker || !persistence || !bridge) return [];
    return gatewayMetrics({
      broker: broker.counters(),
      store: persistence.status(),
      bridge: bridge.counters,
      uplinks: this.#uplinks?.list() ?? [],
    });
  }
}

function countsOf(uplinks: UplinkManager) {
  const all = uplinks.list();
  return {
    up: all.filter(({ state }) => state === 'up').length,
    all: all.length,
    waiting: all.reduce((sum, { waiting }) => sum + waiting.bundles, 0),
  };
}
