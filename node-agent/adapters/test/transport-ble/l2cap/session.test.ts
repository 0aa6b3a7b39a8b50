import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, intBelow, SeededRandom } from '@muster/core/testing';
import { BleError } from '../../../src/transport-ble/ble.ts';
import { requestLimits } from '../../../src/transport-ble/l2cap/limits.ts';
import { L2capSession } from '../../../src/transport-ble/l2cap/session.ts';
import { type WireMessage, WireReader } from '../../../src/transport-ble/l2cap/wire.ts';
import { noSignal } from './air.ts';
import { deviceOctets, hello, message } from './bare-process.ts';

const seed = 20;
const adapter = { address: 'C0:00:00:00:00:01', addressType: 'public' } as const;
const peer = { address: 'C0:00:00:00:00:02', addressType: 'random' } as const;
const [data, credit, listening, connected, accepted, closed] = [5, 6, 17, 18, 19, 20];
const psm = Uint8Array.of(0x80, 0);
const most = Uint8Array.of(0, 4);

/** A session whose helper is this test. */
function talk() {
  const clock = new FakeClock();
  const written: Uint8Array[] = [];
  const faults: string[] = [];
  const session = new L2capSession({
    clock,
    write: (...parts) => written.push(...parts),
    onReady: () => {},
    onFault: (reason) => faults.push(reason),
  });
  session.open();
  return { clock, session, written, faults };
}

function listen(session: L2capSession, psms: number[], ends: string[] = []): void {
  session.listen({
    adapter,
    onPsm: (given) => psms.push(given),
    onCarrier: () => undefined,
    onEnd: ({ code }) => ends.push(code),
  });
}

function connect(session: L2capSession, signal = noSignal) {
  const over: number[] = [];
  const onOver = (): void => void over.push(1);
  const carrier = session.connect({ adapter, peer, psm: 0x80, signal, onOver });
  // Looked at later, or not at all.
  carrier.catch(() => {});
  return { carrier, over };
}

test('what the helper says is cut anywhere', () => {
  const octets = Buffer.concat([
    hello,
    message(1, listening!, psm),
    message(3, connected!, most),
    message(2, accepted!, Buffer.concat([Uint8Array.of(1, 0, 0, 0), deviceOctets(peer), most])),
    message(3, data!, new Uint8Array(4_096)),
    message(3, credit!, Uint8Array.of(1, 0)),
    message(2, closed!, Uint8Array.of(110, 0)),
    message(0, 21),
  ]);
  const read = (cut: () => number): WireMessage[] => {
    const messages: WireMessage[] = [];
    const reader = new WireReader((one) => {
      messages.push(one);
      return undefined;
    });
    for (let at = 0; at < octets.length; ) {
      const next = at + cut();
      assert.equal(reader.push(octets.subarray(at, next)), undefined);
      at = next;
    }
    return messages;
  };
  const whole = read(() => octets.length);
  assert.equal(whole.length, 8);
  assert.deepEqual(whole[3], {
    kind: 'accepted',
    channel: 2,
    listener: 1,
    peer,
    sendBytesMax: 1024,
  });
  assert.deepEqual(
    read(() => 1),
    whole,
  );
  const random = new SeededRandom(seed);
  assert.deepEqual(
    read(() => 1 + intBelow(random, 40)),
    whole,
  );
});

test('what belongs nowhere is a fault, told once, and ends all', async () => {
  const cases: readonly Uint8Array[] = [
    hello,
    message(1, 99),
    message(5, data!, most),
    message(1, connected!, most),
    message(3, listening!, psm),
    message(3, data!, most),
    message(3, connected!, Uint8Array.of(0, 0)),
    message(3, connected!, Uint8Array.of(1, 16)),
    message(3, data!, new Uint8Array(0)),
    message(1, listening!, Uint8Array.of(0x7f, 0)),
    message(3, closed!),
    message(2, accepted!, Buffer.concat([Uint8Array.of(3, 0, 0, 0), deviceOctets(peer), most])),
    message(2, accepted!, Buffer.concat([Uint8Array.of(1, 0, 0, 0), new Uint8Array(7), most])),
  ];
  for (const octets of cases) {
    const { session, faults } = talk();
    session.push(hello);
    const ends: string[] = [];
    listen(session, [], ends);
    const { carrier, over } = connect(session);
    session.push(Buffer.concat([octets, octets]));
    assert.equal(faults.length, 1, octets.toString());
    assert.deepEqual([ends, over], [['gone'], [1]]);
    await assert.rejects(carrier, BleError);
    session.end('again');
  }
});

test('nobody may send beyond the window', async () => {
  const { session, faults } = talk();
  session.push(hello);
  const { carrier } = connect(session);
  session.push(message(1, connected!, most));
  const ended: string[] = [];
  for (let i = 0; i < 8; i += 1) session.push(message(1, data!, most));
  assert.deepEqual(faults, []);
  session.push(message(1, data!, most));
  assert.equal(faults.length, 1);
  const packets: Uint8Array[] = [];
  const handlers = { onDrain() {}, onClose: (reason: string) => void ended.push(reason) };
  (await carrier).start({ ...handlers, onPacket: (packet) => void packets.push(packet) });
  await Promise.resolve();
  assert.deepEqual([packets.length, ended], [8, ['helper-ended']]);
  const other = talk();
  other.session.push(hello);
  connect(other.session);
  other.session.push(message(1, connected!, most));
  other.session.push(message(1, credit!, Uint8Array.of(1, 0)));
  assert.equal(other.faults.length, 1);
});

test('one whose user does not stop is closed', async () => {
  const { session, written } = talk();
  session.push(hello);
  const { carrier, over } = connect(session);
  session.push(message(1, connected!, most));
  const sending = await carrier;
  const ended = Promise.withResolvers<string>();
  sending.start({ onPacket() {}, onDrain() {}, onClose: ended.resolve });
  let taken = 0;
  while (sending.send(new Uint8Array(10))) taken += 1;
  assert.equal(taken, 7);
  for (let i = 0; i < 65; i += 1) sending.send(new Uint8Array(10));
  assert.equal(await ended.promise, 'overrun');
  // The helper's last word frees the place.
  assert.deepEqual(over, []);
  assert.equal(written.at(-1)![6], 3);
  session.push(message(1, closed!, Uint8Array.of(0, 0)));
  assert.deepEqual(over, [1]);
});

test('aborted, it is over when the helper says so, whatever crossed', async () => {
  const { session, faults } = talk();
  session.push(hello);
  const stop = new AbortController();
  const { carrier, over } = connect(session, stop.signal);
  stop.abort();
  await assert.rejects(carrier, (error: unknown) => (error as BleError).code === 'aborted');
  session.push(message(1, connected!, most));
  session.push(message(1, data!, most));
  assert.deepEqual(over, []);
  session.push(message(1, closed!, Uint8Array.of(0, 0)));
  assert.deepEqual([over, faults], [[1], []]);
});

test('every answer has its time', () => {
  const silent = talk();
  silent.clock.advance(requestLimits.answerMs);
  assert.equal(silent.faults.length, 1);
  const deaf = talk();
  deaf.session.push(hello);
  const psms: number[] = [];
  const ends: string[] = [];
  listen(deaf.session, psms, ends);
  deaf.clock.advance(requestLimits.answerMs - 1);
  deaf.session.push(message(1, listening!, psm));
  deaf.clock.advance(10 * requestLimits.quietMs);
  assert.deepEqual([psms, ends, deaf.faults], [[0x80], [], []]);
  assert.equal(deaf.clock.waiting, 0);
  connect(deaf.session);
  deaf.clock.advance(requestLimits.connectMs + requestLimits.answerMs);
  assert.equal(deaf.faults.length, 1);
  assert.equal(deaf.clock.waiting, 0);
});
