import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { handoverLimits } from '../../src/transport-libp2p/constants.ts';
import { addressOf, type MediaNode, makeWorld, type World } from './two-media.ts';

async function world(context: TestContext): Promise<World> {
  const made = await makeWorld();
  context.after(() => made.stop());
  return made;
}

function nodes({ low, high }: World): MediaNode[] {
  return [low, high];
}

async function linkedByAir(context: TestContext): Promise<World> {
  const made = await world(context);
  void made.low.medium.host!.dial(addressOf.high);
  await made.until('a link by air', () => oneLink(made, 'radio'), 5000);
  return made;
}

async function linkedByLan(context: TestContext): Promise<World> {
  const made = await world(context);
  made.sightLan();
  await made.until('a link by LAN', () => oneLink(made, 'lan'), 5000);
  await made.pass(5000);
  return made;
}

function oneLink(made: World, costClass: string): boolean {
  return nodes(made).every((node) => {
    const standing = node.standing();
    return standing.length === 1 && standing[0]!.link.costClass === costClass;
  });
}

test('a cheaper connection takes over while the dearer link still stands', async (context) => {
  const made = await linkedByAir(context);
  made.sightLan();
  await made.until('both stand', () => nodes(made).every((n) => n.standing().length === 2), 3000);
  assert.equal(made.low.transport.links().length, 2);
  await made.until('the LAN alone', () => oneLink(made, 'lan'), 8000);
  for (const { seen } of nodes(made)) {
    const [air, lan] = seen;
    const besideMs = air!.closedMs! - lan!.openedMs;
    assert.ok(besideMs >= handoverLimits.settleMs - 100, `closed after ${besideMs} ms`);
    assert.equal(seen.length, 2);
  }
  assert.deepEqual(
    nodes(made).map(({ seen }) => seen[0]!.reason),
    ['replaced', 'closed-by-peer'],
  );
  assert.deepEqual(
    made.low.medium.host!.peers().map(({ costClass }) => costClass),
    ['lan'],
  );
});

test('a dearer connection beside a link that lives is refused', async (context) => {
  for (const dialler of ['low', 'high'] as const) {
    const made = await linkedByLan(context);
    const other = dialler === 'low' ? 'high' : 'low';
    const key = made[dialler].medium.host!.dial(addressOf[other]);
    await made.until('refused', () => made.air.pairs.length > 0 && !made.air.openStreams, 5000);
    assert.deepEqual(await key, made[other].key.publicKey);
    await made.pass(5000);
    for (const node of nodes(made)) assert.equal(node.seen.length, 1);
    assert.ok(oneLink(made, 'lan'));
  }
});

/** As Bluetooth does: whoever is in doubt and was seen on air is dialled. */
function dialsInDoubt(node: MediaNode, address: string): void {
  let dialling = false;
  node.medium.onPeersDo = (host) => {
    const [peer] = host.peers();
    if (dialling || (peer !== undefined && !peer.isDoubtful)) return;
    dialling = true;
    host
      .dial(address)
      .catch(() => {})
      .finally(() => {
        dialling = false;
      });
  };
}

for (const sender of ['low', 'high', 'both'] as const) {
  for (const dialler of ['low', 'high'] as const) {
    const what = `${sender} sends, ${dialler} dials`;
    test(`a LAN that fell silent gives way to the air: ${what}`, async (context) => {
      const made = await linkedByLan(context);
      const other = dialler === 'low' ? 'high' : 'low';
      dialsInDoubt(made[dialler], addressOf[other]);
      made.proxy.freeze();
      const cutMs = made.clock.monotonicMs();
      const toldOf = sender === dialler || sender === 'both';
      for (const end of ['low', 'high'] as const) {
        if (sender === end || sender === 'both') made[end].links[0]!.send(new Uint8Array(100));
      }
      // Whoever sent nothing notices only when it sends, or by the kernel.
      if (!toldOf) {
        await made.pass(1000);
        made[dialler].links[0]!.send(new Uint8Array(100));
      }
      await made.until('the air alone', () => oneLink(made, 'radio'), 10_000);
      const standing = nodes(made).map((node) => node.standing()[0]!.openedMs - cutMs);
      const closed = nodes(made).map(({ seen }) => seen[0]!.closedMs! - cutMs);
      context.diagnostic(`${what}: air after ${standing}, LAN given up after ${closed} ms`);
      for (const ms of closed) assert.ok(ms <= 7000);
    });
  }
}

for (const doubter of ['low', 'high'] as const) {
  test(`who falls back to the air takes the other along: ${doubter} notices`, async (context) => {
    const made = await linkedByAir(context);
    made.sightLan();
    await made.until('both stand', () => nodes(made).every((n) => n.standing().length === 2), 3000);
    // The LAN dies again before it has proved itself; one end has something to say on it.
    made.proxy.freeze();
    const cutMs = made.clock.monotonicMs();
    made[doubter].links[1]!.send(new Uint8Array(100));
    await made.until('the air alone', () => oneLink(made, 'radio'), 6000);
    const leftMs = nodes(made).map(({ seen }) => seen[1]!.closedMs!);
    context.diagnostic(`${doubter}: LAN left after ${leftMs.map((ms) => ms - cutMs)} ms`);
    assert.ok(Math.abs(leftMs[0]! - leftMs[1]!) <= 100);
    assert.equal(made.low.seen.length, 2);
  });
}

test('a LAN link that only one end lost is left by the other end too', async (context) => {
  const made = await linkedByAir(context);
  made.sightLan();
  await made.until('both stand', () => nodes(made).every((n) => n.standing().length === 2), 3000);
  made.proxy.freeze();
  made.proxy.lose('dialler');
  await made.until('the air alone', () => oneLink(made, 'radio'), 500);
  assert.deepEqual(
    nodes(made).map(({ seen }) => seen[1]!.reason),
    ['connection-lost', 'replaced'],
  );
});

test('a LAN connection that dies before its link does not hide who is gone', async (context) => {
  for (const dialler of ['low', 'high'] as const) {
    const made = await world(context);
    // At once when the connection stands, before the stream on it can be answered.
    made.low.medium.onPeersDo = (host) => {
      if (host.peers().length > 0) made.proxy.freeze();
    };
    made.sightLan();
    await made.until('it stands', () => made.low.transport.status().peersConnected === 1, 3000);
    const cutMs = made.clock.monotonicMs();
    dialsInDoubt(made[dialler], addressOf[dialler === 'low' ? 'high' : 'low']);
    const isLinked = (): boolean => {
      made[dialler].medium.onPeers();
      return oneLink(made, 'radio');
    };
    await made.until('the air', isLinked, 15_000);
    const tookMs = made.clock.monotonicMs() - cutMs;
    context.diagnostic(`${dialler} dials: linked ${tookMs} ms after the LAN died`);
    assert.ok(tookMs <= 6000);
  }
});

for (const way of ['toTarget', 'fromTarget'] as const) {
  const what = way === 'toTarget' ? 'the higher key hears nothing' : 'the lower key hears nothing';
  test(`a LAN that is dead one way gives way to the air: ${what}`, async (context) => {
    const made = await linkedByLan(context);
    dialsInDoubt(made.low, addressOf.high);
    dialsInDoubt(made.high, addressOf.low);
    made.proxy.freeze(way);
    const cutMs = made.clock.monotonicMs();
    while (!oneLink(made, 'radio')) {
      for (const { link } of nodes(made).flatMap((node) => node.standing())) {
        link.send(new Uint8Array(100));
      }
      await made.pass(500);
      const passedMs = made.clock.monotonicMs() - cutMs;
      assert.ok(passedMs < 15_000, 'not moved within 15 s');
    }
    const { length } = made.air.pairs;
    context.diagnostic(
      `${what}: moved after ${made.clock.monotonicMs() - cutMs} ms and ${length} dials`,
    );
    assert.ok(nodes(made).every(({ seen }) => seen.length <= 3));
  });
}

test('when the LAN returns the link moves back', async (context) => {
  const made = await linkedByLan(context);
  dialsInDoubt(made.low, addressOf.high);
  made.proxy.freeze();
  made.low.links[0]!.send(new Uint8Array(100));
  await made.until('the air alone', () => oneLink(made, 'radio'), 10_000);
  await made.pass(20_000);
  assert.ok(oneLink(made, 'radio'), 'while the LAN is away');
  made.proxy.thaw();
  const thawMs = made.clock.monotonicMs();
  const sight = (): boolean => {
    made.sightLan();
    return oneLink(made, 'lan');
  };
  await made.until('the LAN alone', sight, 30_000);
  context.diagnostic(`back on the LAN ${made.clock.monotonicMs() - thawMs} ms after its return`);
});

test('a LAN that comes and goes makes few changes', async (context) => {
  const made = await linkedByLan(context);
  for (const [node, address] of [
    [made.low, addressOf.high],
    [made.high, addressOf.low],
  ] as const) {
    dialsInDoubt(node, address);
  }
  const forMs = 2 * 60_000;
  for (let passedMs = 0; passedMs < forMs; passedMs += 6000) {
    made.proxy.thaw();
    made.sightLan();
    await made.pass(3000);
    made.proxy.freeze();
    for (const { link } of nodes(made).flatMap((node) => node.standing())) {
      link.send(new Uint8Array(100));
    }
    await made.pass(3000);
  }
  const changes = made.low.transport.status().handovers;
  context.diagnostic(`20 cuts in 2 minutes: ${made.low.seen.length} links, ${changes} handovers`);
  assert.ok(made.low.seen.length <= 16);
  await made.until('one link', () => nodes(made).every((n) => n.standing().length === 1), 20_000);
});
