/**
 * The commands of the control socket for MQTT: credentials, and where devices connect. What they
 * answer is what `muster mqtt` shows; a password is in the answer of `add` and nowhere else.
 */
import { type AgentHost, type ControlCommand, listOwnAddresses } from '@muster/agent';
import { MusterError } from '@muster/core';
import { channelLevel, channelTopic, clientGrants } from './channels/index.ts';
import type { MqttSide } from './mqtt-side.ts';
import { siteAuthority } from './tls.ts';
import { openTryClient } from './try-client.ts';

type Params = Readonly<Record<string, unknown>>;

export function mqttCommands(
  host: AgentHost,
  side: MqttSide,
): Readonly<Record<string, ControlCommand>> {
  return {
    'mqtt.client.add': async (params) => addClient(host, side, params),
    'mqtt.client.list': async () => ({ clients: listClients(side) }),
    'mqtt.client.revoke': async ({ name }) => revokeClient(side, name),
    'mqtt.started': async ({ tryClient }) => started(host, side, tryClient === true),
  };
}

function addClient(host: AgentHost, side: MqttSide, params: Params) {
  const name = typeof params.name === 'string' ? params.name : '';
  const wish = {
    ...{ site: side.label, client: name, channels: textsOf(params, 'channels') },
    ...{ readOnly: params.readOnly === true, urgent: params.urgent === true },
  };
  const granted = clientGrants(wish);
  const grants = {
    read: [...granted.read, ...textsOf(params, 'read')],
    write: [...granted.write, ...textsOf(params, 'write')],
  };
  const password = side.book.add(name, grants);
  return { name, password, grants, ...reachable(host, side), ca: siteAuthority(host) };
}

function listClients(side: MqttSide) {
  const connected = side.running?.broker.connected() ?? [];
  return side.book.list().map(({ name, read, write }) => ({
    name,
    grants: { read, write },
    connected: connected.filter((client) => client.name === name).length,
  }));
}

function revokeClient(side: MqttSide, name: unknown) {
  const connections = side.running?.broker.connected() ?? [];
  const disconnected = connections.filter((client) => client.name === name).length;
  if (typeof name === 'string' && side.book.revoke(name)) return { disconnected };
  const known = side.book.list().map((client) => client.name);
  throw new MusterError(
    'mqtt-client-unknown',
    `There is no MQTT client ${JSON.stringify(name)}`,
    known.length > 0 ? `There are: ${known.join(', ')}.` : 'There are none.',
  );
}

function started(host: AgentHost, side: MqttSide, withTryClient: boolean) {
  const grants = clientGrants({
    ...{ site: side.label, client: 'try', channels: [], readOnly: false, urgent: false },
  });
  const client = withTryClient ? openTryClient(host.folder.path, side.book, grants) : undefined;
  const moved = side.running?.chosen.moved ?? [];
  return { ...reachable(host, side), moved, ...(client ? { client } : {}) };
}

/** Where devices connect, best first, and a topic to begin with. */
function reachable({ config }: AgentHost, side: MqttSide) {
  const { broker, isSecure, bridge } = side.running!;
  const ports = broker.ports();
  const host = addressOf(config.mqttHost);
  const urls = [`mqtt://${host}:${ports.tcp}`];
  if (isSecure) urls.push(`mqtts://${host}:${ports.tls}`);
  urls.push(`${isSecure ? 'wss' : 'ws'}://${host}:${ports.webSocket}`);
  const [channel = 'general'] = bridge.shown;
  return { urls, topic: channelTopic(side.label, channelLevel(channel)) };
}

/** An address that other machines reach, where there is one. */
function addressOf(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const own = listOwnAddresses().find(({ internal, family }) => !internal && family === 'IPv4');
  return own?.address ?? '127.0.0.1';
}

function textsOf(params: Params, name: string): string[] {
  const value = params[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new MusterError('params', `${name} must be a list of texts`, 'Use the muster command.');
}
