/**
 * Reads a CONNECT strictly (MQTT 3.1.1, 3.1; version 3.1 too). Nothing of it is believed yet:
 * admission decides. A version that is not spoken here is told from damage, because it has an
 * answer of its own.
 */
import type { GateFault } from './fault.ts';
import { FieldReader } from './field-reader.ts';
import type { Frame } from './inbox.ts';

export interface Will {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

export interface ConnectPacket {
  /** 3 or 4. */
  readonly protocolVersion: number;
  readonly clean: boolean;
  readonly keepaliveS: number;
  readonly clientId: string;
  readonly will: Will | undefined;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
}

const Flag = { reserved: 1, clean: 2, will: 4, willRetain: 32, password: 64, username: 128 };

/** `version`: MQTT 5, or a bridge's private bit, which a bridge then leaves out. */
export function readConnect(frame: Frame): ConnectPacket | GateFault | 'version' {
  const reader = new FieldReader(frame.bytes, frame.start, frame.end);
  const protocol = reader.text();
  const version = reader.uint8();
  if (protocol !== 'MQTT' && protocol !== 'MQIsdp') return 'malformed';
  if (version !== (protocol === 'MQTT' ? 4 : 3)) {
    return version === undefined ? 'malformed' : 'version';
  }
  const flags = reader.uint8();
  const keepaliveS = reader.uint16();
  if (flags === undefined || keepaliveS === undefined || !areFlags(flags)) return 'malformed';
  const clientId = reader.text();
  if (clientId === undefined) return 'text';
  let will: Will | undefined;
  if (flags & Flag.will) {
    will = readWill(reader, flags);
    if (!will) return 'text';
  }
  const username = flags & Flag.username ? reader.text() : undefined;
  if (flags & Flag.username && username === undefined) return 'text';
  const password = flags & Flag.password ? reader.bytes() : undefined;
  if ((flags & Flag.password && !password) || reader.left > 0) return 'malformed';
  const clean = (flags & Flag.clean) !== 0;
  return { protocolVersion: version, clean, keepaliveS, clientId, will, username, password };
}

function areFlags(flags: number): boolean {
  if (flags & Flag.reserved) return false;
  const willQos = (flags >> 3) & 3;
  if (!(flags & Flag.will) && (willQos > 0 || flags & Flag.willRetain)) return false;
  if (flags & Flag.password && !(flags & Flag.username)) return false;
  return willQos < 3;
}

function readWill(reader: FieldReader, flags: number): Will | undefined {
  const topic = reader.text();
  const payload = reader.bytes();
  if (topic === undefined || payload === undefined) return undefined;
  // It outlives the chunk it came in.
  const copy = Buffer.from(payload);
  const qos = ((flags >> 3) & 3) as 0 | 1 | 2;
  return { topic, payload: copy, qos, retain: (flags & Flag.willRetain) !== 0 };
}
