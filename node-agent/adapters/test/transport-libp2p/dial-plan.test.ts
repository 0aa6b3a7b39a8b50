import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { dialLimits } from '../../src/transport-libp2p/constants.ts';
import { DialPlan, type DialRequest } from '../../src/transport-libp2p/dial-plan.ts';

const own = new Uint8Array(32).fill(100);
const lower = new Uint8Array(32).fill(50);
const higher = new Uint8Array(32).fill(150);
const address = '/ip4/10.0.0.2/tcp/7310';

interface Dialled extends DialRequest {
  readonly atMs: number;
  readonly succeed: (key: Uint8Array) => Promise<void>;
  readonly fail: () => Promise<void>;
}

function planned() {
  const clock = new FakeClock();
  const dialled: Dialled[] = [];
  const connected = new Set<string>();
  const heldUntil = new Map<string, number>();
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const plan = new DialPlan({
    ownKey: own,
    clock,
    random: new SeededRandom(1),
    connected: (key) => connected.has(key.join()),
    heldMs: (key) => Math.max(0, (heldUntil.get(key.join()) ?? 0) - clock.monotonicMs()),
    dial: (request) => {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      dialled.push({
        ...request,
        atMs: clock.monotonicMs(),
        succeed: async (key) => {
          connected.add(key.join());
          resolve(key);
          await settled();
        },
        fail: async () => {
          reject(new Error('refused'));
          await settled();
        },
      });
      return promise;
    },
  });
  return { clock, plan, dialled, connected, heldUntil };
}

test('the lower key dials at once', () => {
  const { clock, plan, dialled } = planned();
  plan.addSighting({ nodeKey: higher, addresses: [address] });
  clock.advance(0);
  assert.equal(dialled.length, 1);
  assert.deepEqual(dialled[0]!.nodeKey, higher);
  assert.deepEqual(dialled[0]!.addresses, [address]);
});

test('the higher key waits a grace and dials only if nobody came', () => {
  const { clock, plan, dialled, connected } = planned();
  plan.addSighting({ nodeKey: lower, addresses: [address] });
  clock.advance(dialLimits.graceMs - 1);
  assert.equal(dialled.length, 0);
  clock.advance(1);
  assert.equal(dialled.length, 1);

  const other = new Uint8Array(32).fill(51);
  plan.addSighting({ nodeKey: other, addresses: [address] });
  connected.add(other.join());
  clock.advance(60_000);
  assert.equal(dialled.length, 1);
});

test('failures back off up to a minute and go on', async () => {
  const { clock, plan, dialled } = planned();
  plan.addSighting({ nodeKey: higher, addresses: [address] });
  for (let i = 0; i < 9; i += 1) {
    clock.advance(dialLimits.backoffMsMax);
    assert.equal(dialled.length, i + 1);
    await dialled[i]!.fail();
  }
  assert.equal(plan.counts.dialsFailed, 9);
});

test('a fresh sighting cuts the back-off short, but not more often than said', async () => {
  const { clock, plan, dialled } = planned();
  const sight = (): void => plan.addSighting({ nodeKey: higher, addresses: [address] });
  sight();
  clock.advance(0);
  for (let i = 0; i < 10; i += 1) {
    await dialled.at(-1)!.fail();
    clock.advance(dialLimits.backoffMsMax);
  }
  await dialled.at(-1)!.fail();
  const before = dialled.length;
  sight();
  clock.advance(0);
  assert.equal(dialled.length, before + 1);
  await dialled.at(-1)!.fail();
  await Promise.all([...dialled].map((dial) => dial.fail()));
  for (let i = 0; i < 90; i += 1) {
    sight();
    clock.advance(100);
    await dialled.at(-1)!.fail();
  }
  // Nine seconds: the next reset is not due, so only the back-off from 0.5 s upwards dials.
  assert.ok(dialled.length - before <= 12, `${dialled.length - before}`);
});

test('a lost link is dialled again; one that keeps failing ever more slowly', async () => {
  const { clock, plan, dialled, connected } = planned();
  plan.addSighting({ nodeKey: higher, addresses: [address] });
  clock.advance(0);
  await dialled[0]!.succeed(higher);
  clock.advance(600_000 - 1);
  assert.equal(dialled.length, 1);
  connected.clear();
  plan.absent(higher, true);
  clock.advance(dialLimits.backoffMsMin);
  assert.equal(dialled.length, 2);

  const startMs = clock.monotonicMs();
  while (clock.monotonicMs() < startMs + 500_000) {
    await dialled.at(-1)!.succeed(higher);
    connected.clear();
    plan.absent(higher, false);
    clock.advance(1000);
  }
  assert.ok(dialled.length < 60, `${dialled.length} dials`);
});

test('who is not sighted any more is forgotten', async () => {
  const { clock, plan, dialled } = planned();
  plan.addSighting({ nodeKey: higher, addresses: [address] });
  const endMs = dialLimits.forgetMs + 2 * dialLimits.backoffMsMax;
  for (let handled = 0; clock.monotonicMs() < endMs; clock.advance(1000)) {
    for (; handled < dialled.length; handled += 1) await dialled[handled]!.fail();
  }
  assert.equal(plan.size, 0);
  assert.equal(clock.waiting, 0);
});

test('a configured address is dialled for ever, whoever has the lower key', async () => {
  const { clock, plan, dialled, connected } = planned();
  plan.addConfigured(address);
  clock.advance(0);
  assert.equal(dialled[0]!.nodeKey, undefined);
  for (let i = 0; i < 40; i += 1) {
    await dialled[i]!.fail();
    clock.advance(dialLimits.backoffMsMax);
    assert.equal(dialled.length, i + 2);
  }
  await dialled.at(-1)!.succeed(lower);
  clock.advance(10 * dialLimits.forgetMs);
  assert.equal(dialled.length, 41);
  connected.clear();
  plan.absent(lower, true);
  clock.advance(dialLimits.backoffMsMin);
  assert.equal(dialled.length, 42);
  assert.equal(dialled[41]!.nodeKey, undefined, 'another node may answer there now');
});

test('itself, nonsense and foreign addresses are not dialled', () => {
  const { clock, plan, dialled } = planned();
  plan.addSighting({ nodeKey: own, addresses: [address] });
  plan.addSighting({ nodeKey: new Uint8Array(31), addresses: [address] });
  plan.addSighting({ nodeKey: higher, addresses: ['nonsense', '/dns4/example.org/tcp/80'] });
  plan.addSighting({ nodeKey: higher, addresses: ['/ip4/224.0.0.251/tcp/5353'] });
  clock.advance(60_000);
  assert.equal(dialled.length, 0);
  assert.equal(plan.size, 0);
  assert.equal(plan.counts.sightingsRefused, 4);
});

test('a flood of invented peers is bounded in memory and in dials at once', () => {
  const { clock, plan, dialled } = planned();
  const random = new SeededRandom(4);
  for (let i = 0; i < 2000; i += 1) {
    const addresses = Array.from({ length: 50 }, (_, port) => `/ip4/10.0.0.2/tcp/${port + 1}`);
    plan.addSighting({ nodeKey: random.bytes(32), addresses });
  }
  clock.advance(60_000);
  assert.equal(plan.size, dialLimits.targetsMax);
  assert.equal(dialled.length, dialLimits.parallelMax);
  for (const { addresses } of dialled) {
    assert.ok(addresses.length <= dialLimits.addressesPerTargetMax);
  }
});

test('the newest sighting leads, older addresses stay for a while', () => {
  const { clock, plan, dialled } = planned();
  plan.addSighting({ nodeKey: lower, addresses: ['/ip4/10.0.0.2/tcp/1'] });
  clock.advance(1000);
  plan.addSighting({ nodeKey: lower, addresses: ['/ip4/10.0.1.2/tcp/1'] });
  clock.advance(1000);
  assert.deepEqual(dialled[0]!.addresses, ['/ip4/10.0.1.2/tcp/1', '/ip4/10.0.0.2/tcp/1']);
});

test('after stop nothing is dialled', async () => {
  const { clock, plan, dialled } = planned();
  plan.addConfigured(address);
  clock.advance(0);
  plan.addSighting({ nodeKey: higher, addresses: [address] });
  plan.stop();
  await dialled[0]!.fail();
  plan.addSighting({ nodeKey: lower, addresses: [address] });
  plan.absent(lower, true);
  clock.advance(600_000);
  assert.equal(dialled.length, 1);
  assert.equal(clock.waiting, 0);
});

test('who is well served by another link is left alone for a while, then dialled', () => {
  const { clock, plan, dialled, heldUntil } = planned();
  heldUntil.set(higher.join(), 5000);
  plan.addSighting({ nodeKey: higher, addresses: [address] });
  for (let i = 0; i < 4; i += 1) {
    clock.advance(1000);
    plan.addSighting({ nodeKey: higher, addresses: [address] });
  }
  assert.equal(dialled.length, 0);
  clock.advance(1000);
  assert.deepEqual(
    dialled.map(({ atMs }) => atMs),
    [5000],
  );
});

test('when the other link ends too, the wait is over', () => {
  const { clock, plan, dialled, heldUntil } = planned();
  heldUntil.set(higher.join(), 60_000);
  plan.addSighting({ nodeKey: higher, addresses: [address] });
  clock.advance(10_000);
  assert.equal(dialled.length, 0);
  heldUntil.clear();
  plan.absent(higher, true);
  clock.advance(dialLimits.backoffMsMin);
  assert.equal(dialled.length, 1);
});

test('who is held back is dialled at once when what it was held back for is of no use', () => {
  for (const [key, waitMs] of [
    [higher, 0],
    [lower, dialLimits.graceMs],
  ] as const) {
    const { clock, plan, dialled, heldUntil } = planned();
    heldUntil.set(key.join(), 60_000);
    plan.addSighting({ nodeKey: key, addresses: [address] });
    clock.advance(10_000);
    plan.review();
    clock.advance(10_000);
    assert.equal(dialled.length, 0);
    heldUntil.delete(key.join());
    plan.review();
    clock.advance(waitMs);
    assert.equal(dialled.length, 1);
    assert.equal(dialled[0]!.atMs, 20_000 + waitMs);
    plan.review();
    clock.advance(5_000);
    assert.equal(dialled.length, 1);
    plan.stop();
  }
});
