/**
 * Fuzz target: an MQTT connection through the gate to aedes and its sessions (step 6). Input: the
 * stream in pieces, and who connected before it as the last line (`stranger`: nobody). Whatever
 * comes, the broker sends packets only, forgets the connection, and serves its honest client on.
 */
import mqtt from 'mqtt-packet';
import { Scene } from '../scene.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { FuzzedBroker, packetsIn, passwordOf } from './fuzzed-broker.ts';
import { clientPackets, connectPackets } from './mqtt-packets.ts';
import { inputOf, splitInput, wordsOf } from './seeds.ts';

const who = ['stranger', 'box', 'sensor'];
/** A sweep of the broker, so that its bounds of time are looked at. */
const betweenMs = 1_000;

export function createMqttBrokerTarget(): FuzzTarget {
  const scene = new Scene({ begin: startBroker, end: (broker) => broker.stop() });
  return {
    name: 'mqtt-broker',
    seeds: brokerSeeds,
    dictionary: wordsOf(
      ...['MQTT', 'box', 'box-password', 'rooms/#', 'rooms/kitchen/no', 'rooms/kitchen/taken'],
      ...['$SYS/x', 'honest/x', 'honest/#', '$share/g/rooms/#', '#', '+', '\0', '/'],
    ),
    reset: () => scene.reset(),
    stop: () => scene.stop(),
    run: (input) => runStream(scene.now, input),
  };
}

async function startBroker(): Promise<FuzzedBroker> {
  const broker = new FuzzedBroker();
  await broker.start();
  return broker;
}

function brokerSeeds(): readonly Uint8Array[] {
  const connects = connectPackets.map((packet) => inputOf('stranger', mqtt.generate(packet)));
  const packets = clientPackets.map((packet) => mqtt.generate(packet));
  const one = packets.flatMap((packet) => [inputOf('box', packet), inputOf('sensor', packet)]);
  const flows = [
    [...packets.slice(10, 11), ...packets.slice(0, 8)],
    [...packets.slice(5, 7), ...packets.slice(5, 7)],
  ].map((flow) => inputOf('box', Buffer.concat(flow)));
  return [...connects, ...one, ...flows];
}

async function runStream(broker: FuzzedBroker, input: Uint8Array): Promise<FuzzVerdict> {
  const [name, stream] = splitInput(input, who);
  const socket = broker.connect();
  if (name !== 'stranger') {
    socket.push(
      mqtt.generate({
        ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: false, keepalive: 60 },
        ...{ clientId: 'fuzz', username: name, password: passwordOf(name) },
      }),
    );
    await broker.settle(socket);
  }
  const piece = 1 + (stream.length % 61);
  for (let at = 0; at < stream.length && !socket.destroyed; at += piece) {
    socket.push(Buffer.from(stream.subarray(at, at + piece)));
  }
  await broker.settle(socket);
  const sent = packetsIn(socket.takeSent());
  const isCut = socket.destroyed || socket.writableEnded;
  socket.push(null);
  socket.destroy();
  await broker.settle(socket);
  broker.clock.advance(betweenMs);
  await broker.mustServe();
  const { connections } = broker.broker.counters();
  if (connections !== 1) broken(`${connections} connections are left`);
  broker.logger.mustBeCalm();
  if (isCut) return sent.length > 0 ? 'cut' : 'refused-at-once';
  return sent.length > (name === 'stranger' ? 0 : 1) || 'no-answer';
}
