/** The part of the BleHost contract about L2CAP channels, where both boxes have them. For tests. */
import type { ContractTools } from '@muster/core/testing';
import type { BleChannels, BleConnection } from '../ble.ts';
import type { PacketCarrier } from '../packet-carrier.ts';
import type { BleTest, BleUnder } from './ble-host-contract.ts';
import { numberOf, PacketListener, packetOf } from './packet-listener.ts';

type Assert = ContractTools['assert'];

const underWayMax = 12;

interface Channel {
  readonly onA: PacketListener;
  readonly onB: PacketListener;
  readonly out: BleConnection;
}

export function channelling(test: BleTest, assert: Assert): void {
  test('a channel carries packets whole and in order, both ways at once', async (under) => {
    const channel = await opened(under);
    if (channel === undefined) return;
    const { onA, onB } = channel;
    const max = onA.carrier.maxPacketBytes;
    assert.ok(onA.carrier.kind === 'l2cap' && max >= 256, `${max}`);
    const packets = Array.from({ length: 120 }, (_, at) =>
      packetOf(at, at % 10 === 0 ? max : 4 + ((at * 97) % (max - 4))),
    );
    // As the stream does: Linux closes a channel of which too much is unread.
    for (let from = 0; from < packets.length; from += underWayMax) {
      const some = packets.slice(from, from + underWayMax);
      for (const end of [onA, onB]) end.pump(some);
      const count = from + some.length;
      await under.until(() => [onA, onB].every((end) => end.packets.length >= count));
    }
    for (const end of [onA, onB]) {
      assert.deepEqual(end.packets.map(numberOf), Array.from(packets.keys()));
      assert.ok(end.packets.every((packet, at) => packet.length === packets[at]!.length));
    }
  });

  test('a channel that closes is told once at both ends; the connection lives', async (under) => {
    const channel = await opened(under);
    if (channel === undefined) return;
    const { onA, onB, out } = channel;
    onB.carrier.close();
    await under.until(() => [onA, onB].every(({ reasons }) => reasons.length > 0));
    await under.settle();
    assert.deepEqual([onA.reasons.length, onB.reasons.length], [1, 1]);
    const gatt = new PacketListener(out.gatt).start();
    assert.equal(gatt.reasons.length, 0);
  });

  test('channels die with their connection', async (under) => {
    const channel = await opened(under);
    if (channel === undefined) return;
    const { onA, onB, out } = channel;
    out.close();
    await under.until(() => [onA, onB].every(({ reasons }) => reasons.length > 0));
  });
}

/** Undefined: a box has no channels. */
async function opened(under: BleUnder): Promise<Channel | undefined> {
  const [ofA, ofB]: (BleChannels | undefined)[] = [
    under.adapterA.channels,
    under.adapterB.channels,
  ];
  if (ofA === undefined || ofB === undefined) return undefined;
  let theirs: PacketCarrier | undefined;
  const psm = await under.resolved(
    ofB.listen((carrier) => {
      theirs = carrier;
    }),
  );
  const { out, peerB } = await under.connected();
  const signal = new AbortController().signal;
  const mine = await under.resolved(ofA.connect(peerB, psm, signal));
  await under.until(() => theirs !== undefined);
  const [onA, onB] = [mine, theirs!].map((carrier) => new PacketListener(carrier).start());
  return { onA: onA!, onB: onB!, out };
}
