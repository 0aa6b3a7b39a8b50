import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSystemRandom } from '@muster/adapters/random-system';
import {
  createLibp2pTransport,
  type Libp2pTransportOptions,
} from '@muster/adapters/transport-libp2p';
import { equalBytes, type KeyPair, MusterError } from '@muster/core';
import { createMemoryLogger } from '@muster/core/testing';
import { startProxy } from './tcp-proxy.ts';
import { listen, sightingOf, sortedKeys, startNode, type TestNode, until } from './two-nodes.ts';

async function running(
  context: TestContext,
  key: KeyPair,
  options: Partial<Libp2pTransportOptions> = {},
): Promise<TestNode> {
  const node = await startNode(key, options);
  context.after(() => node.transport.stop());
  return node;
}

function firstAddress(node: TestNode): string {
  return node.transport.addresses()[0]!;
}

test('however both dial at once, there is one link and both mean the same', async (context) => {
  let duplicates = 0;
  for (let round = 0; round < 15; round += 1) {
    const [low, high] = sortedKeys(2);
    const a = await running(context, low!);
    const b = await running(context, high!);
    // Both dial: the one because it leads, the other as if configured.
    const another = await running(context, sortedKeys(1)[0]!, { bootstrap: [firstAddress(a)] });
    a.transport.addSighting(sightingOf(b));
    const c = await running(context, sortedKeys(1)[0]!, {
      bootstrap: [firstAddress(a), firstAddress(b), firstAddress(another)],
    });
    a.transport.addSighting(sightingOf(c));
    b.transport.addSighting(sightingOf(c));
    another.transport.addSighting(sightingOf(c));
    await until(() => c.transport.status().links === 3);
    await wait(20);
    for (const node of [a, b, another]) {
      const mine = node.links.filter((link) => equalBytes(link.peerKey, c.key.publicKey));
      const theirs = c.links.filter((link) => equalBytes(link.peerKey, node.key.publicKey));
      assert.deepEqual([mine.length, theirs.length], [1, 1]);
      const heard = listen(mine[0]!);
      theirs[0]!.send(new Uint8Array([round]));
      await until(() => heard.frames.length === 1);
      assert.deepEqual(heard.reasons, []);
    }
    for (const node of [a, b, c, another]) {
      duplicates += node.transport.status().duplicates;
      await node.transport.stop();
    }
  }
  context.diagnostic(`${duplicates} of 60 pairs raced`);
});

test('a neighbour that comes back replaces its dead link, never beside it', async (context) => {
  const [low, high] = sortedKeys(2);
  for (const [stays, returns] of [
    [low!, high!],
    [high!, low!],
  ]) {
    const node = await running(context, stays!);
    const first = await running(context, returns!);
    const proxy = await startProxy(firstAddress(node));
    context.after(() => proxy.stop());
    first.transport.addSighting({ ...sightingOf(node), addresses: [proxy.address] });
    await until(() => node.links.length === 1, 8000);
    const order: string[] = [];
    node.links[0]!.start({
      onFrame() {},
      onDrain() {},
      onClose: (reason) => order.push(`old closed: ${reason}, links ${node.links.length}`),
    });
    // The old process dies without a word.
    proxy.freeze();
    const second = await running(context, returns!, { bootstrap: [firstAddress(node)] });
    await until(() => node.links.length === 2 && second.links.length === 1, 8000);
    assert.deepEqual(order, ['old closed: replaced, links 1']);
    const heard = listen(second.links[0]!);
    node.links[1]!.send(new Uint8Array([1]));
    await until(() => heard.frames.length === 1);
    await Promise.all([node, first, second].map(({ transport }) => transport.stop()));
  }
});

test('a second connection does not disturb a link that lives', async (context) => {
  const [low, high] = sortedKeys(2);
  const a = await running(context, low!);
  const b = await running(context, high!);
  a.transport.addSighting(sightingOf(b));
  await until(() => a.links.length === 1 && b.links.length === 1);
  const heard = [listen(a.links[0]!), listen(b.links[0]!)];
  const proxy = await startProxy(firstAddress(a));
  context.after(() => proxy.stop());
  const twin = await running(context, high!, { bootstrap: [proxy.address] });
  await until(() => a.transport.status().duplicates === 1);
  await wait(50);
  assert.equal(twin.links.length, 0);
  assert.equal(a.links.length, 1);
  assert.deepEqual(
    heard.map(({ reasons }) => reasons),
    [[], []],
  );
});

test('the same key at another machine is heard, whichever key is the lower', async (context) => {
  const [low, high] = sortedKeys(2);
  for (const [stays, copied] of [
    [low!, high!],
    [high!, low!],
  ]) {
    const node = await running(context, stays!);
    const original = await running(context, copied!, { listen: ['/ip4/127.0.0.2/tcp/0'] });
    node.transport.addSighting(sightingOf(original));
    await until(() => node.links.length === 1 && original.links.length === 1, 8000);
    const heard = listen(node.links[0]!);
    const copy = await running(context, copied!, { bootstrap: [firstAddress(node)] });
    await until(() => node.links.length === 2 && copy.links.length === 1, 8000);
    assert.deepEqual(heard.reasons, ['replaced']);
    await Promise.all([node, original, copy].map(({ transport }) => transport.stop()));
  }
});

test('a bootstrap peer may come later, unnamed, or be oneself', async (context) => {
  const [low, high] = sortedKeys(2);
  const placeholder = await running(context, low!);
  const address = firstAddress(placeholder).replace(/\/p2p\/.*/, '');
  await placeholder.transport.stop();
  const b = await running(context, high!, { bootstrap: [address] });
  await until(() => b.transport.status().dialsFailed >= 1);
  const a = await running(context, low!, { listen: [address], bootstrap: [address] });
  await until(() => b.links.length === 1, 8000);
  assert.ok(equalBytes(b.links[0]!.peerKey, low!.publicKey));
  await until(() => a.transport.status().dialsFailed >= 1 && a.links.length > 0);
  assert.equal(a.links.length, 1);
});

test('who answers with another key gets no link', async (context) => {
  const [first, second, third] = sortedKeys(3);
  const a = await running(context, first!);
  const b = await running(context, second!);
  a.transport.addSighting({ ...sightingOf(b), nodeKey: third!.publicKey });
  a.transport.addSighting({
    nodeKey: third!.publicKey,
    addresses: [firstAddress(b).replace(/\/p2p\/.*/, '')],
  });
  await until(() => a.transport.status().dialsFailed >= 1);
  assert.deepEqual([a.links.length, b.links.length], [0, 0]);
});

test('a peer whose first address is dead is reached by the next one soon', async (context) => {
  const [low, high] = sortedKeys(2);
  const a = await running(context, low!);
  const b = await running(context, high!);
  // 192.0.2.0/24 is for documentation: nobody answers.
  const addresses = ['/ip4/192.0.2.1/tcp/7310', firstAddress(b)];
  const startMs = performance.now();
  a.transport.addSighting({ nodeKey: high!.publicKey, addresses });
  await until(() => a.links.length === 1 && b.links.length === 1, 2000);
  context.diagnostic(
    `dial with a dead address first: ${Math.round(performance.now() - startMs)} ms`,
  );
});

test('stop closes every link and says so; start and stop may be called again', async () => {
  const [low, high] = sortedKeys(2);
  const a = await startNode(low!);
  const b = await startNode(high!);
  a.transport.addSighting(sightingOf(b));
  await until(() => a.links.length === 1 && b.links.length === 1);
  const heard = [listen(a.links[0]!), listen(b.links[0]!)];
  await a.transport.start(() => assert.fail('only the first start counts'));
  await Promise.all([a.transport.stop(), a.transport.stop()]);
  await until(() => heard[1]!.reasons.length === 1);
  assert.deepEqual(
    heard.map(({ reasons }) => reasons),
    [['stopped'], ['closed-by-peer']],
  );
  await b.transport.stop();
  await b.transport.stop();
  const never = createLibp2pTransport({
    key: low!,
    listen: [],
    bootstrap: [],
    clock: createSystemClock(),
    random: createSystemRandom(),
    logger: createMemoryLogger(),
  });
  await never.stop();
});

test('an address that is taken or wrong is an error that says what to do', async (context) => {
  const [low, high] = sortedKeys(2);
  const a = await running(context, low!);
  const taken = firstAddress(a).replace(/\/p2p\/.*/, '');
  const refused = async (options: Partial<Libp2pTransportOptions>): Promise<string> => {
    try {
      await startNode(high!, options);
    } catch (error) {
      assert.ok(error instanceof MusterError && error.mend.length > 20);
      return error.code;
    }
    return 'nothing';
  };
  assert.equal(await refused({ listen: [taken] }), 'listen-failed');
  assert.equal(await refused({ bootstrap: ['relay.example.org:7310'] }), 'address-invalid');
});
