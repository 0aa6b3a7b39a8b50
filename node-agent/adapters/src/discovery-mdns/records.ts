/**
 * The records of a service on the local network (RFC 6763, and libp2p's discovery/mdns): a PTR from
 * the service to a random name, and under that name a TXT of a few strings. What the strings say is
 * each service's own. Reading takes what strangers send: whatever does not fit is left out, nothing
 * throws.
 */
import type { QueryOutgoingPacket, ResponseOutgoingPacket } from 'multicast-dns';
import { mdnsLimits, timing } from './constants.ts';
import { type DnsMessage, dnsTypes } from './dns-message.ts';

type Records = NonNullable<ResponseOutgoingPacket['answers']>;

export interface Announcement {
  /** Such as `_p2p._udp.local`. */
  readonly service: string;
  /** Random, so that it tells nothing. */
  readonly peerName: string;
  /** Strings of the TXT record. */
  readonly texts: readonly string[];
}

/** The answer to a query; with `goodbye` it makes others forget. */
export function encodeAnswer(
  { service, peerName, texts }: Announcement,
  options: { readonly goodbye: boolean } = { goodbye: false },
): ResponseOutgoingPacket {
  const ttl = options.goodbye ? 0 : timing.ttlS;
  const name = `${peerName}.${service}`;
  const data = texts
    .filter((text) => Buffer.byteLength(text) <= mdnsLimits.txtBytesMax)
    .slice(0, mdnsLimits.textsMax);
  return {
    answers: [pointerTo(name, service, ttl)],
    additionals: [{ name, type: 'TXT', class: 'IN', ttl, data }],
  };
}

export interface Query {
  readonly service: string;
  /** Marks our own query when the kernel brings it back, 1 to 65535. */
  readonly id: number;
  /** Names of peers that need not answer. */
  readonly known: readonly string[];
}

export function encodeQuery({ service, id, known }: Query): QueryOutgoingPacket {
  const answers = known.map((name) => pointerTo(`${name}.${service}`, service, timing.ttlS));
  return { id, questions: [{ name: service, type: 'PTR', class: 'IN' }], answers };
}

/** The names that a query for this service leaves out; undefined for any other query. */
export function decodeQuery(
  { questions, answers }: DnsMessage,
  service: string,
): { readonly known: readonly string[] } | undefined {
  const isAsked = questions.some(({ name, type }) => name === service && askedTypes.has(type));
  if (!isAsked) return undefined;
  const known = answers.flatMap(({ name, target }) =>
    target !== undefined && name === service ? [nameIn(target, service)] : [],
  );
  return { known };
}

function nameIn(target: string, service: string): string {
  return target.slice(0, -service.length - 1);
}

const askedTypes: ReadonlySet<number> = new Set([dnsTypes.pointer, dnsTypes.any]);

function pointerTo(data: string, service: string, ttl: number): Records[number] {
  return { name: service, type: 'PTR', class: 'IN', ttl, data };
}

export interface Heard {
  /** As the peer calls itself while it runs. */
  readonly peerName: string;
  /** At most `textsMax`; a stranger's, unproven. */
  readonly texts: readonly string[];
  readonly goodbye: boolean;
}

/** The peer of an answer, or undefined when it is none of this service. */
export function decodeAnswer(
  { answers, additionals }: DnsMessage,
  service: string,
): Heard | undefined {
  const records = [...answers, ...additionals];
  const pointer = records.find(({ name, target }) => target !== undefined && name === service);
  if (pointer?.target === undefined) return undefined;
  const { target, ttlS } = pointer;
  const texts = records
    .flatMap((record) => (record.name === target ? (record.texts ?? []) : []))
    .slice(0, mdnsLimits.textsMax);
  return { peerName: nameIn(target, service), texts, goodbye: ttlS === 0 };
}
