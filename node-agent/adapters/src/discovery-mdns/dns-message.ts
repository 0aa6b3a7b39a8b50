/**
 * Reads DNS messages as mDNS sends them (RFC 1035 § 4.1, RFC 6762 § 18), of strangers on the link,
 * before step 4. Only pointers and texts are read, everything else is passed over. Whatever is
 * claimed, it takes one pass over the octets and a name for each of `recordsMax`: the library that
 * writes ours can be led back to the beginning for each of 200,000 records that 200 octets claim.
 */
import { mdnsLimits } from './constants.ts';

/** Resource record types (RFC 1035 § 3.2.2 and 3.2.3). */
export const dnsTypes = { pointer: 12, text: 16, any: 255 } as const;

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

export interface DnsQuestion {
  /** Labels between dots, without one at the end. */
  readonly name: string;
  readonly type: number;
}

export interface DnsRecord extends DnsQuestion {
  readonly ttlS: number;
  /** The name that a pointer leads to. */
  readonly target?: string;
  /** The strings of a text; at most `textsMax`. */
  readonly texts?: readonly string[];
}

const headBytes = 12;
/** RFC 1035 § 2.3.4, with the octet of the root. */
const nameBytesMax = 255;

/** Undefined for what is cut short, says more than it holds, or has over `recordsMax` records. */
export function decodeDnsMessage(packet: Buffer): DnsMessage | undefined {
  if (packet.length < headBytes) return undefined;
  const [asked = 0, answered = 0, authorities = 0, additional = 0] = [4, 6, 8, 10].map((at) =>
    packet.readUInt16BE(at),
  );
  if (asked + answered + authorities + additional > mdnsLimits.recordsMax) return undefined;
  const cursor = { packet, at: headBytes };
  const questions = readMany(cursor, asked, readQuestion);
  const answers = questions && readMany(cursor, answered, readRecord);
  const passedOver = answers && readMany(cursor, authorities, readRecord);
  const additionals = passedOver && readMany(cursor, additional, readRecord);
  if (!additionals) return undefined;
  const isResponse = (packet[2]! & 0x80) !== 0;
  return { id: packet.readUInt16BE(0), isResponse, questions, answers, additionals };
}

interface Cursor {
  readonly packet: Buffer;
  at: number;
}

function readMany<T>(
  cursor: Cursor,
  count: number,
  read: (cursor: Cursor) => T | undefined,
): readonly T[] | undefined {
  const all: T[] = [];
  for (let i = 0; i < count; i += 1) {
    const one = read(cursor);
    if (one === undefined) return undefined;
    all.push(one);
  }
  return all;
}

function readQuestion(cursor: Cursor): DnsQuestion | undefined {
  const name = readName(cursor);
  const fixed = take(cursor, 4);
  return name === undefined || !fixed ? undefined : { name, type: fixed.readUInt16BE(0) };
}

function readRecord(cursor: Cursor): DnsRecord | undefined {
  const name = readName(cursor);
  const fixed = take(cursor, 10);
  const data = fixed && take(cursor, fixed.readUInt16BE(8));
  if (name === undefined || !data) return undefined;
  const record = { name, type: fixed.readUInt16BE(0), ttlS: fixed.readUInt32BE(4) };
  if (record.type === dnsTypes.pointer) {
    const within = { packet: cursor.packet, at: cursor.at - data.length };
    const target = readName(within);
    return target === undefined || within.at !== cursor.at ? undefined : { ...record, target };
  }
  if (record.type !== dnsTypes.text) return record;
  const texts = readTexts(data);
  return texts && { ...record, texts };
}

/** The next so many octets; the cursor goes on behind them. */
function take(cursor: Cursor, length: number): Buffer | undefined {
  const end = cursor.at + length;
  if (end > cursor.packet.length) return undefined;
  const taken = cursor.packet.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

/** A name, compressed or not; compression leads only ever further back, so it comes to an end. */
function readName(cursor: Cursor): string | undefined {
  const { packet } = cursor;
  const labels: string[] = [];
  let [at, start, bytes, isCompressed] = [cursor.at, cursor.at, 0, false];
  const pass = (count: number): void => {
    at += count;
    if (!isCompressed) cursor.at = at;
  };
  for (;;) {
    const length = packet[at];
    if (length === undefined) return undefined;
    if (length >= 0xc0) {
      const low = packet[at + 1];
      const to = ((length & 0x3f) << 8) | (low ?? 0);
      if (low === undefined || to >= start) return undefined;
      pass(2);
      isCompressed = true;
      at = to;
      start = to;
      continue;
    }
    bytes += 1 + length;
    if (length > 63 || bytes > nameBytesMax || at + 1 + length > packet.length) return undefined;
    labels.push(packet.toString('utf8', at + 1, at + 1 + length));
    pass(1 + length);
    if (length === 0) return labels.slice(0, -1).join('.');
  }
}

/** Strings behind their lengths (RFC 1035 § 3.3.14). */
function readTexts(data: Buffer): readonly string[] | undefined {
  const texts: string[] = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 1 + data[at]!;
    if (end > data.length) return undefined;
    if (texts.length < mdnsLimits.textsMax) texts.push(data.toString('utf8', at + 1, end));
    at = end;
  }
  return texts;
}
