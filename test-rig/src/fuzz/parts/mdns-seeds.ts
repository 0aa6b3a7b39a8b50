/** mDNS packets (RFC 6762) of neighbours, boxes and desks, written by hand: seeds only. */
import { inputOf } from './seeds.ts';

const peer = '12D3KooWGC7VzwS9dqRVgF1M7nQLkqxKpHkTQvPkzwGMoSTbEkLK';
const link = '127.0.0.7';

const services = { peers: '_p2p._udp.local', claims: '_muster-claim._tcp.local' };
const answerFlags = 0x8400;
const types = { pointer: 12, text: 16, any: 255 };

const texts = {
  peer: [
    `dnsaddr=/ip4/127.0.0.9/tcp/7310/p2p/${peer}`,
    `dnsaddr=/ip4/127.0.0.9/tcp/7311/ws/p2p/${peer}`,
  ],
  octal: [`dnsaddr=/ip4/0177.0.0.1/tcp/7310/p2p/${peer}`],
  box: ['txtvers=1', 'kind=box', 'name=Küche', 'code=K7QF-3M', 'port=8080', 'ip=127.0.0.9'],
  desk: ['txtvers=1', 'kind=desk', 'name=hall', 'code=', 'port=80', 'ip=127.0.0.9'],
};

export function mdnsSeeds(): readonly Uint8Array[] {
  const { peers, claims } = services;
  const packets = [
    answer(peers, texts.peer),
    answer(peers, texts.octal),
    answer(claims, texts.box),
    answer(claims, texts.desk),
    answer(claims, texts.box, 0),
    answer(peers, ['', 'dnsaddr=']),
    compressed(peers, texts.peer),
    query(peers),
    query(claims),
  ];
  return [...packets.map((packet) => inputOf(link, packet)), inputOf('10.9.9.9', packets[0]!)];
}

function query(service: string): Uint8Array {
  return Buffer.concat([head(0, [1, 0, 0]), name(service), u16(types.any), u16(1)]);
}

function answer(service: string, strings: readonly string[], ttlS = 120): Uint8Array {
  const own = `0123456789abcdef.${service}`;
  const data = Buffer.concat(strings.map((text) => labelOf(text)));
  return Buffer.concat([
    head(answerFlags, [0, 1, 1]),
    record({ at: name(service), type: types.pointer, ttlS, data: name(own) }),
    record({ at: name(own), type: types.text, ttlS, data }),
  ]);
}

/** The service stands once, at octet 12; the own name is what the pointer leads to. */
function compressed(service: string, strings: readonly string[]): Uint8Array {
  const toService = u16(0xc00c);
  const toOwn = u16(0xc000 + 12 + name(service).length + 10);
  const own = Buffer.concat([labelOf('box'), toService]);
  const data = Buffer.concat(strings.map((text) => labelOf(text)));
  return Buffer.concat([
    head(answerFlags, [0, 1, 1]),
    record({ at: name(service), type: types.pointer, ttlS: 120, data: own }),
    record({ at: toOwn, type: types.text, ttlS: 120, data }),
  ]);
}

function head(flags: number, [questions, answers, additionals]: readonly number[]): Buffer {
  return Buffer.concat([0, flags, questions!, answers!, 0, additionals!].map(u16));
}

function record(of: {
  readonly at: Buffer;
  readonly type: number;
  readonly ttlS: number;
  readonly data: Buffer;
}): Buffer {
  const { at, type, ttlS, data } = of;
  return Buffer.concat([at, ...[type, 1, 0, ttlS, data.length].map(u16), data]);
}

function name(text: string): Buffer {
  return Buffer.concat([...text.split('.').map((label) => labelOf(label)), Buffer.of(0)]);
}

function labelOf(text: string): Buffer {
  const octets = Buffer.from(text);
  return Buffer.concat([Buffer.of(octets.length), octets]);
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255);
}
