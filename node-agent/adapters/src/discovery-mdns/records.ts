/**
 * libp2p's mDNS records (libp2p specs, discovery/mdns): a PTR from the service to a random peer
 * name, and under that name a TXT string `dnsaddr=<multiaddr with peer id>` for each address.
 * Reading takes what strangers send: whatever does not fit is left out, nothing throws.
 */
import { peerIdFromString } from '@libp2p/peer-id';
import type {
  QueryOutgoingPacket,
  QueryPacket,
  ResponseOutgoingPacket,
  ResponsePacket,
} from 'multicast-dns';
import { mdnsLimits, timing } from './constants.ts';

const prefix = 'dnsaddr=';

type Records = NonNullable<ResponsePacket['answers']>;
type StringAnswer = Records[number] & { type: 'PTR' };

export interface Announcement {
  /** Such as `_p2p._udp.local`. */
  readonly service: string;
  /** Random, so that it tells nothing. */
  readonly peerName: string;
  /** Multiaddrs with peer id. */
  readonly addresses: readonly string[];
}

/** The answer to a query; with `goodbye` it makes others forget. */
export function encodeAnswer(
  { service, peerName, addresses }: Announcement,
  options: { readonly goodbye: boolean } = { goodbye: false },
): ResponseOutgoingPacket {
  const ttl = options.goodbye ? 0 : timing.ttlS;
  const name = `${peerName}.${service}`;
  const data = addresses
    .map((address) => prefix + address)
    .filter((text) => Buffer.byteLength(text) <= mdnsLimits.txtBytesMax)
    .slice(0, mdnsLimits.addressesPerPeerMax);
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
  packet: QueryPacket,
  service: string,
): { readonly known: readonly string[] } | undefined {
  const asked = packet.questions?.some(
    ({ name, type }) => name === service && askedTypes.has(type),
  );
  if (!asked) return undefined;
  const known = (packet.answers ?? []).flatMap((record) =>
    record.type === 'PTR' && record.name === service ? [nameIn(record.data, service)] : [],
  );
  return { known };
}

function nameIn(data: string, service: string): string {
  return data.slice(0, -service.length - 1);
}

const askedTypes: ReadonlySet<string> = new Set(['PTR', 'ANY']);

function pointerTo(data: string, service: string, ttl: number): StringAnswer {
  return { name: service, type: 'PTR', class: 'IN', ttl, data };
}

export interface Heard {
  /** As the peer calls itself while it runs. */
  readonly peerName: string;
  /** 32 bytes, unproven. */
  readonly nodeKey: Uint8Array;
  /** Multiaddrs without peer id. */
  readonly addresses: readonly string[];
  readonly goodbye: boolean;
}

/** The peer of an answer, or undefined when it is none of this service or names no one key. */
export function decodeAnswer(packet: ResponsePacket, service: string): Heard | undefined {
  const records = [...(packet.answers ?? []), ...(packet.additionals ?? [])];
  const pointer = records.find((record) => record.type === 'PTR' && record.name === service);
  if (pointer?.type !== 'PTR') return undefined;
  const addresses: string[] = [];
  let peer: string | undefined;
  for (const text of textsOf(records, pointer.data)) {
    const [address = '', named, ...rest] = text.split('/p2p/');
    if (named === undefined || rest.length > 0 || (peer !== undefined && named !== peer)) continue;
    peer = named;
    if (addresses.length < mdnsLimits.addressesPerPeerMax) addresses.push(address);
  }
  const nodeKey = peer && nodeKeyOf(peer);
  if (!nodeKey) return undefined;
  const peerName = nameIn(pointer.data, service);
  return { peerName, nodeKey, addresses, goodbye: pointer.ttl === 0 };
}

function textsOf(records: Records, name: string): string[] {
  return records
    .flatMap((record) => (record.type === 'TXT' && record.name === name ? record.data : []))
    .map((data) => data.toString())
    .filter((text) => text.startsWith(prefix))
    .map((text) => text.slice(prefix.length));
}

function nodeKeyOf(text: string): Uint8Array | undefined {
  try {
    const peer = peerIdFromString(text);
    return peer.type === 'Ed25519' ? peer.publicKey.raw : undefined;
  } catch {
    return undefined;
  }
}
