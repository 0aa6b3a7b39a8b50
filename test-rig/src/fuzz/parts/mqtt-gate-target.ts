/**
 * Fuzz target: the octets of an MQTT client at the gateway's gate (step 6), before any library sees
 * them. Input: the stream, then an octet that says where it is cut. Cut anywhere it reads the same,
 * and what was accepted is written back to the same octets by another implementation.
 */
import { mqttLimits } from '@muster/gateway';
import { type Frame, Inbox, readConnect, readPacket } from '@muster/gateway/parsers';
import mqtt, { type Packet } from 'mqtt-packet';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { clientPackets, connectPackets } from './mqtt-packets.ts';
import { wordsOf } from './seeds.ts';

interface Walk {
  readonly read: readonly string[];
  /** Why it went no further; undefined: more could come. */
  readonly fault: string | undefined;
}

export function createMqttGateTarget(): FuzzTarget {
  return {
    name: 'mqtt-gate',
    seeds: gateSeeds,
    dictionary: [...wordsOf('MQTT', 'MQIsdp', 'a/b', '#', '+', '$SYS/#'), lengthBytes],
    run: runGate,
  };
}

/** Pieces of a cut stream: with one for each octet of a long one, cutting would take its time. */
const piecesMax = 4_096;

/** The longest length that can be said. */
const lengthBytes = Uint8Array.of(0xff, 0xff, 0xff, 0x7f);

export function gateSeeds(): readonly Uint8Array[] {
  const [first, ...others] = connectPackets.map((packet) => mqtt.generate(packet));
  const streams = clientPackets.map((packet) => Buffer.concat([first!, mqtt.generate(packet)]));
  const all = Buffer.concat([first!, ...clientPackets.map((packet) => mqtt.generate(packet))]);
  return [first!, ...others, ...streams, all].map((bytes, at) => Uint8Array.of(...bytes, at));
}

function runGate(input: Uint8Array): FuzzVerdict {
  if (input.length < 2) return 'short';
  const stream = Buffer.from(input.subarray(0, -1));
  const whole = walk([stream]);
  const at = 1 + (input.at(-1)! % stream.length);
  const rest = stream.subarray(at);
  const length = Math.max(1 + (at % 7), Math.ceil(rest.length / piecesMax));
  const cut = walk([stream.subarray(0, at), ...chunked(rest, length)]);
  if (JSON.stringify(whole) !== JSON.stringify(cut)) broken('cut elsewhere it reads differently');
  return whole.fault ?? whole.read.length > 0;
}

function chunked(bytes: Buffer, length: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += length) chunks.push(bytes.subarray(at, at + length));
  return chunks;
}

function walk(chunks: readonly Buffer[]): Walk {
  const inbox = new Inbox();
  const read: string[] = [];
  for (const chunk of chunks) {
    inbox.push(Buffer.from(chunk));
    for (;;) {
      const isFirst = read.length === 0;
      const frame = inbox.next(isFirst ? mqttLimits.connectBytesMax : mqttLimits.packetBytesMax);
      if (frame === undefined) break;
      if (typeof frame === 'string') return { read, fault: frame };
      const fault = isFirst ? takeConnect(frame) : takePacket(frame);
      if (fault !== undefined) return { read, fault };
      read.push(frame.bytes.toString('hex', frame.start, frame.end));
    }
  }
  return { read, fault: undefined };
}

function takeConnect(frame: Frame): string | undefined {
  if (frame.type !== 1) return 'first-not-connect';
  const connect = readConnect(frame);
  if (typeof connect === 'string') return connect;
  const { protocolVersion, clean, keepaliveS, clientId, will, username, password } = connect;
  // The other one writes no CONNECT without an id unless it is clean; the gate answers that later.
  if (clientId === '' && !clean) return undefined;
  mustWriteBack(frame, {
    ...{ cmd: 'connect', clientId, clean, keepalive: keepaliveS },
    ...{
      protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion: protocolVersion as 4,
    },
    ...(will && { will }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  });
  return undefined;
}

function takePacket(frame: Frame): string | undefined {
  const packet = readPacket(frame, mqttLimits);
  if (typeof packet === 'string') return packet;
  mustWriteBack(frame, packet as Packet);
  return undefined;
}

function mustWriteBack({ bytes, start, end }: Frame, packet: Packet): void {
  const written = mqtt.generate(packet);
  const body = bytes.subarray(start, end);
  const again = written.subarray(written.length - body.length);
  if (!again.equals(body)) broken(`${packet.cmd} is written back as ${written.toString('hex')}`);
}
