/**
 * Ways in which a box could give itself away, put between a medium and its Bluetooth or its chance.
 * The linker must find each.
 */
import type { BleAdapter, BleAdvertisement, BleHost } from '@muster/adapters/transport-ble';
import type { Random } from '@muster/core';
import type { BoxOptions } from './boxes.ts';

type Change = (data: Uint8Array, round: number) => Uint8Array;

/** A host whose advertisements are changed on their way to the air. */
function changing(change: Change): BoxOptions {
  return {
    wrap: (host) => {
      let round = 0;
      return wrapped(host, (adapter) => ({
        ...adapter,
        name: adapter.name,
        peripheral: {
          addressLifeMs: adapter.peripheral.addressLifeMs,
          serve: (service, onConnection) => adapter.peripheral.serve(service, onConnection),
          advertise(advertisement: BleAdvertisement | undefined) {
            if (advertisement === undefined) return adapter.peripheral.advertise(undefined);
            round += 1;
            const data = change(advertisement.data, round);
            return adapter.peripheral.advertise({ ...advertisement, data });
          },
        },
      }));
    },
  };
}

function wrapped(host: BleHost, wrapAdapter: (adapter: BleAdapter) => BleAdapter): BleHost {
  const known = new Map<BleAdapter, BleAdapter>();
  const of = (adapter: BleAdapter): BleAdapter => {
    const before = known.get(adapter) ?? wrapAdapter(adapter);
    known.set(adapter, before);
    return before;
  };
  return {
    get state() {
      return host.state;
    },
    get adapters() {
      return host.adapters.map(of);
    },
    start: (onChange) => host.start(onChange),
    stop: () => host.stop(),
  };
}

/** Draws of four octets, which are the medium's waits, are always the same. */
function steady(random: Random): Random {
  return {
    bytes: (length) => (length === 4 ? new Uint8Array(4).fill(0x40) : random.bytes(length)),
  };
}

function numbered(data: Uint8Array, number: number): Uint8Array {
  const result = data.slice();
  new DataView(result.buffer).setUint32(0, number);
  return result;
}

function put(data: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const result = data.slice();
  result.set(bytes, at);
  return result;
}

/** What each box does, by what it leaks; `own` is something of the box alone. */
export const leaks: Readonly<Record<string, (own: Uint8Array) => BoxOptions>> = {
  'the tag stays when the address changes': () => {
    let first: Uint8Array | undefined;
    return changing((data) => {
      first ??= data;
      return first;
    });
  },
  'the address stays when the tag changes': () => ({ addressLifeMs: undefined }),
  'a constant nonce': (own) => changing((data) => put(data, 0, own.subarray(0, 5))),
  'a nonce that counts': (own) => {
    const base = new DataView(own.buffer, own.byteOffset).getUint32(0) & 0xffffff;
    return changing((data, round) => numbered(data, base + round));
  },
  'a nonce with a stride': (own) => {
    const base = new DataView(own.buffer, own.byteOffset).getUint32(0) & 0xffffff;
    const stride = 0x01000001 + own[4]! * 0x10101;
    return changing((data, round) => numbered(data, base + round * stride));
  },
  'a nonce under a constant mask': (own) => {
    let even: Uint8Array | undefined;
    return changing((data, round) => {
      if (round % 2 === 1) {
        even = data;
        return data;
      }
      return even!.map((byte, i) => byte ^ own[i]!);
    });
  },
  'the id in clear': (own) => changing((data) => put(data, 5, own.subarray(0, 4))),
  'a fixed period': () => ({ wrapRandom: steady, addressLifeMs: 600_000 }),
  'a name in the data': (own) => changing((data) => put(data, 6, own.subarray(8, 12))),
  'data of its own size': (own) => changing((data) => data.subarray(0, (own[0]! & 1) + 8)),
  'a PSM of its own': (own) => ({
    wrap: (host) =>
      wrapped(host, (adapter) => ({
        ...adapter,
        name: adapter.name,
        peripheral: adapter.peripheral,
        channels: {
          psm: 0x80 + (own[0]! % 0x7f),
          listen: async () => 0x80 + (own[0]! % 0x7f),
          connect: () => Promise.reject(new Error('none')),
        },
      })),
  }),
};
