import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { canMakeNamespaces, type HostProcess, type Line, TestNetwork } from './namespaces.ts';

const script = new URL('./lan-node.ts', import.meta.url);
let seeds = 0;

interface Node {
  readonly process: HostProcess;
  readonly key: string;
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `not within ${limitMs} ms: ${condition}`);
    await wait(1);
  }
}

function find(node: Node, event: string, peer?: Node): Line | undefined {
  return node.process.lines.find(
    (line) => line.event === event && (peer === undefined || line.peer === peer.key),
  );
}

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function nodeOn(network: TestNetwork, host: string): Promise<Node> {
  seeds += 1;
  const process = network.run(host, script, { seed: seeds, sendEveryMs: 0 });
  await until(() => process.lines.some(({ event }) => event === 'ready'), 10_000);
  return { process, key: String(process.lines[0]!.key) };
}

function go(node: Node): void {
  node.process.tell('go');
}

/** Both see each other and have a link; how long each took after `fromMs`. */
async function meet(a: Node, b: Node, fromMs: number): Promise<string> {
  const events = [
    ['sighting', a, b],
    ['sighting', b, a],
    ['link', a, b],
    ['link', b, a],
  ] as const;
  await until(() => events.every(([event, one, other]) => find(one, event, other)), 10_000);
  const times = events.map(([event, one, other]) => Number(find(one, event, other)!.atMs) - fromMs);
  const [first, second, link, linkToo] = times.map((ms) => ms.toFixed(1));
  assert.ok(Math.max(times[0]!, times[1]!) < 1000, `discovery took ${first} and ${second} ms`);
  return `discovery ${first} and ${second} ms, link ${link} and ${linkToo} ms`;
}

function onNetwork(
  what: string,
  run: (network: TestNetwork, context: TestContext) => Promise<void>,
) {
  test(what, async (context) => {
    const network = new TestNetwork();
    context.after(() => network.remove());
    await run(network, context);
  });
}

if (!canMakeNamespaces()) {
  test('without root there are no namespaces: discovery ran over loopback only', (context) => {
    context.diagnostic('variant: loopback');
  });
} else {
  onNetwork('two nodes meet on a LAN without a default route', async (network, context) => {
    network.addSwitch('sw');
    for (const [host, address] of [
      ['a', '10.77.0.1/24'],
      ['b', '10.77.0.2/24'],
      ['c', '10.77.0.3/24'],
    ] as const) {
      network.addHost(host);
      network.cable(host, 'sw', address);
    }
    const [a, b, c] = [
      await nodeOn(network, 'a'),
      await nodeOn(network, 'b'),
      await nodeOn(network, 'c'),
    ];
    const startMs = nowMs();
    go(a);
    go(b);
    await until(() => !!find(a, 'started') && !!find(b, 'started'), 5000);
    const bothMs = Math.max(Number(find(a, 'started')!.atMs), Number(find(b, 'started')!.atMs));
    assert.ok(bothMs > startMs);
    context.diagnostic(`variant: namespaces; both at once: ${await meet(a, b, bothMs)}`);
    await wait(1500);
    go(c);
    await until(() => !!find(c, 'started'), 5000);
    context.diagnostic(`a late third: ${await meet(a, c, Number(find(c, 'started')!.atMs))}`);
  });

  onNetwork(
    'a node with two interfaces is found on both, each by its own address',
    async (network, context) => {
      network.addSwitch('left');
      network.addSwitch('right');
      for (const host of ['l', 'm', 'r']) network.addHost(host);
      network.cable('l', 'left', '10.78.1.1/24');
      network.cable('m', 'left', '10.78.1.2/24');
      network.cable('m', 'right', '10.78.2.2/24');
      network.cable('r', 'right', '10.78.2.3/24');
      const [l, m, r] = [
        await nodeOn(network, 'l'),
        await nodeOn(network, 'm'),
        await nodeOn(network, 'r'),
      ];
      for (const node of [l, m, r]) go(node);
      await until(() => [l, m, r].every((node) => find(node, 'started')), 5000);
      const fromMs = Math.max(...[l, m, r].map((node) => Number(find(node, 'started')!.atMs)));
      context.diagnostic(`left: ${await meet(l, m, fromMs)}`);
      context.diagnostic(`right: ${await meet(m, r, fromMs)}`);
      assert.deepEqual(find(l, 'sighting', m)!.addresses, ['/ip4/10.78.1.2/tcp/7310']);
      assert.deepEqual(find(r, 'sighting', m)!.addresses, ['/ip4/10.78.2.2/tcp/7310']);
      assert.equal(find(l, 'sighting', r), undefined);
    },
  );

  onNetwork(
    'an interface that comes later, goes and comes again is served',
    async (network, context) => {
      network.addSwitch('sw');
      network.addHost('a');
      network.addHost('b');
      network.cable('a', 'sw', '10.79.0.1/24');
      const [a, b] = [await nodeOn(network, 'a'), await nodeOn(network, 'b')];
      go(a);
      go(b);
      await until(() => !!find(a, 'started') && !!find(b, 'started'), 5000);
      await wait(1500);
      assert.equal(find(a, 'sighting'), undefined);
      const pluggedMs = nowMs();
      const cable = network.cable('b', 'sw', '10.79.0.2/24');
      await until(() => !!find(a, 'link', b) && !!find(b, 'link', a), 5000);
      const foundMs = Number(find(a, 'sighting', b)!.atMs) - pluggedMs;
      context.diagnostic(`found ${foundMs.toFixed(0)} ms after the cable, looking once a second`);
      assert.ok(foundMs < 1500);
      // The same address on another adapter, longer ago than a sighting is left out as repeated.
      network.removeCable('b', cable);
      await wait(5000);
      const sightings = (): number =>
        a.process.lines.filter(({ event }) => event === 'sighting').length;
      const before = sightings();
      network.cable('b', 'sw', '10.79.0.2/24');
      await until(() => sightings() > before, 2500);
    },
  );

  onNetwork('lost first packets cost less than a second', async (network, context) => {
    network.addSwitch('sw');
    network.addHost('a');
    network.addHost('b');
    network.cable('a', 'sw', '10.80.0.1/24');
    const cable = network.cable('b', 'sw', '10.80.0.2/24');
    const [a, b] = [await nodeOn(network, 'a'), await nodeOn(network, 'b')];
    go(a);
    await until(() => !!find(a, 'started'), 5000);
    await wait(1200);
    network.unplug('sw', cable);
    go(b);
    await until(() => !!find(b, 'started'), 5000);
    const fromMs = Number(find(b, 'started')!.atMs);
    // The announcement and the first query are gone by now.
    await wait(60);
    network.plug('sw', cable);
    context.diagnostic(`first packets lost: ${await meet(a, b, fromMs)}`);
    assert.ok(Number(find(b, 'sighting', a)!.atMs) - fromMs > 60, 'the first query was not lost');
  });
}
