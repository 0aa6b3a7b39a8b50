import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { BleError } from '../../../src/transport-ble/ble.ts';
import { channelLimits, wireLimits } from '../../../src/transport-ble/l2cap/limits.ts';
import type { PacketCarrier } from '../../../src/transport-ble/packet-carrier.ts';
import { Air, type Box, channel, Listening, noSignal, until } from './air.ts';

const seed = 20_261_121;

function refusedWith(code: string) {
  return (error: unknown) => error instanceof BleError && error.code === code;
}

function descriptors({ helper }: Box): number {
  return readdirSync(`/proc/${helper.status.pid}/fd`).length;
}

async function pump(to: PacketCarrier, heard: Listening, packets: readonly Uint8Array[]) {
  for (const packet of packets) if (!to.send(packet)) await heard.drained();
}

test('packets of all lengths arrive whole and in order, both ways at once', async (t) => {
  const air = new Air(t);
  const [opened, accepted] = await channel(await air.box(), await air.box());
  assert.equal(opened.kind, 'l2cap');
  assert.equal(opened.maxPacketBytes, wireLimits.packetBytesMax);
  t.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  const made = (count: number): Uint8Array[] =>
    Array.from({ length: count }, () => {
      const isLong = intBelow(random, 20) === 0;
      const packet = new Uint8Array(1 + intBelow(random, isLong ? opened.maxPacketBytes : 200));
      packet.fill(intBelow(random, 256));
      packet[0] = intBelow(random, 256);
      return packet;
    });
  const there = made(50_000);
  const back = made(50_000);
  const atOpened = new Listening(opened);
  const atAccepted = new Listening(accepted);
  await Promise.all([pump(opened, atOpened, there), pump(accepted, atAccepted, back)]);
  await Promise.all([atAccepted.waitFor(there.length), atOpened.waitFor(back.length)]);
  const same = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
    a.length === b.length && a.every((packet, i) => Buffer.compare(packet, b[i]!) === 0);
  assert.ok(same(atAccepted.packets, there));
  assert.ok(same(atOpened.packets, back));
});

test('whoever accepts learns who connects, and both learn the end', async (t) => {
  const air = new Air(t);
  const [from, to] = [await air.box(), await air.box()];
  const heard = Promise.withResolvers<[PacketCarrier, unknown]>();
  const psm = await to.channels.listen((carrier, peer) => heard.resolve([carrier, peer]));
  assert.ok(psm >= 0x80 && psm <= 0xff);
  assert.equal(to.channels.psm, psm);
  const opened = await from.channels.connect(to.device, psm, noSignal);
  const [accepted, peer] = await heard.promise;
  assert.deepEqual(peer, from.device);
  accepted.send(new Uint8Array([1]));
  accepted.send(new Uint8Array([2]));
  accepted.close();
  accepted.close();
  assert.equal(accepted.send(new Uint8Array([3])), false);
  assert.equal(await new Listening(accepted).closed.promise, 'closed');
  // What was on its way comes first, even to one that starts late.
  const late = new Listening(opened);
  assert.equal(await late.closed.promise, 'closed-by-peer');
  assert.deepEqual(
    late.packets.map(([octet]) => octet),
    [1, 2],
  );
  assert.equal(from.helper.status.channels, 0);
});

test('both ends are told once of a close that comes long after the start', async (t) => {
  const air = new Air(t);
  const [opened, accepted] = await channel(await air.box(), await air.box());
  const [atOpened, atAccepted] = [new Listening(opened), new Listening(accepted)];
  opened.send(Uint8Array.of(1));
  await atAccepted.waitFor(1);
  accepted.close();
  assert.equal(await atAccepted.closed.promise, 'closed');
  assert.equal(await atOpened.closed.promise, 'closed-by-peer');
});

test('a reader that does not read stops its sender, and nobody else', async (t) => {
  const air = new Air(t);
  const [from, to] = [await air.box(), await air.box()];
  const [slow, unread] = await channel(from, to);
  const [quick, echoing] = await channel(from, to);
  const [atSlow, atQuick, atEcho] = [slow, quick, echoing].map((end) => new Listening(end));
  let sent = 0;
  let drainsSeen = -1;
  let roundTrips = 0;
  for (let quiet = 0; quiet < 5; quiet += 1) {
    if (atSlow!.drains > drainsSeen) {
      drainsSeen = atSlow!.drains;
      quiet = 0;
      while (slow.send(new Uint8Array(1_000).fill(sent++))) assert.ok(sent < 1_000);
    }
    roundTrips += 1;
    quick.send(Uint8Array.of(1));
    await atEcho!.waitFor(roundTrips);
    echoing.send(Uint8Array.of(2));
    await atQuick!.waitFor(roundTrips);
  }
  // What the way holds is bounded: a window at each end, and the kernel's buffers.
  assert.ok(sent > 20, `${sent} packets were taken`);
  const atUnread = new Listening(unread);
  await atUnread.waitFor(sent);
  assert.ok(atUnread.packets.every(([octet], i) => octet === i % 256));
  if (atSlow!.drains === drainsSeen) await atSlow!.drained();
});

test('a device has two channels at most, an adapter eight', async (t) => {
  const air = new Air(t);
  const to = await air.box();
  const accepted: Listening[] = [];
  const psm = await to.channels.listen((carrier) => accepted.push(new Listening(carrier)));
  const opened: Listening[] = [];
  const open = async (from: Box): Promise<Listening> => {
    return new Listening(await from.channels.connect(to.device, psm, noSignal));
  };
  for (let i = 0; i < 4; i += 1) {
    const from = await air.box();
    opened.push(await open(from), await open(from));
    await assert.rejects(open(from), refusedWith('refused'));
  }
  await until(() => accepted.length >= channelLimits.perAdapterMax);
  assert.equal(to.helper.status.channels, channelLimits.perAdapterMax);
  // From outside the refusal is a channel that ends at once.
  const ninth = await open(await air.box());
  assert.equal(await ninth.closed.promise, 'closed-by-peer');
  assert.equal(accepted.length, channelLimits.perAdapterMax);
});

test('no descriptor, channel or name stays behind', async (t) => {
  const air = new Air(t);
  const [from, to] = [await air.box(), await air.box()];
  const accepted: PacketCarrier[] = [];
  const psm = await to.channels.listen((carrier) => accepted.push(carrier));
  const before = [descriptors(from), descriptors(to)];
  for (let i = 0; i < 100; i += 1) {
    const carrier = await from.channels.connect(to.device, psm, noSignal);
    const [here, there] = i % 2 === 0 ? [carrier, accepted] : [accepted, carrier];
    await until(() => accepted.length !== 0);
    const other = new Listening([there].flat()[0]!);
    [here].flat()[0]!.close();
    assert.equal(await other.closed.promise, 'closed-by-peer');
    accepted.pop();
    await until(() => from.helper.status.channels + to.helper.status.channels === 0);
  }
  for (let i = 0; i < 20; i += 1) {
    await assert.rejects(
      from.channels.connect(to.device, 0xf0, noSignal),
      refusedWith('not-found'),
    );
    const stopped = AbortSignal.abort();
    await assert.rejects(from.channels.connect(to.device, psm, stopped), refusedWith('aborted'));
  }
  assert.deepEqual([descriptors(from), descriptors(to)], before);
  assert.equal(air.files.length, 1);
  await to.helper.stop();
  assert.deepEqual(air.files, []);
});

test('what is not wanted any more is taken back while it is on its way', async (t) => {
  const air = new Air(t);
  const [from, to] = [await air.box(), await air.box()];
  const accepted: Listening[] = [];
  const psm = await to.channels.listen((carrier) => accepted.push(new Listening(carrier)));
  const stop = new AbortController();
  const connecting = from.channels.connect(to.device, psm, stop.signal);
  stop.abort();
  await assert.rejects(connecting, refusedWith('aborted'));
  // A second one goes through, and the first is gone at both ends.
  await from.channels.connect(to.device, psm, noSignal);
  await until(() => accepted.length >= 2);
  assert.equal(await accepted[0]!.closed.promise, 'closed-by-peer');
  assert.equal(from.helper.status.channels, 1);
});

test('what cannot be asked is refused at once', async (t) => {
  const { device, channels, helper } = await new Air(t).box();
  await assert.rejects(channels.connect(device, 0x7f, noSignal), refusedWith('malformed'));
  const nobody = { address: 'nobody', addressType: 'public' } as const;
  await assert.rejects(channels.connect(nobody, 0x80, noSignal), refusedWith('malformed'));
  assert.equal(helper.channelsFor(nobody), undefined);
  assert.equal(helper.channelsFor(device), channels);
});
