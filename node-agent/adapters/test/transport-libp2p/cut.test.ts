import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { canMakeNamespaces, type HostProcess, TestNetwork } from '../discovery-mdns/namespaces.ts';
import { until } from './two-nodes.ts';

const script = new URL('../discovery-mdns/lan-node.ts', import.meta.url);
/** By when both ends of a cut cable must know. */
const noticeMsMax = 15_000;

interface Pair {
  readonly name: string;
  readonly cable: string;
  readonly nodes: readonly [HostProcess, HostProcess];
}

async function linkedPair(network: TestNetwork, name: string, sendEveryMs: number): Promise<Pair> {
  network.addSwitch(name);
  const subnet = sendEveryMs === 0 ? '10.81.1' : '10.81.2';
  const nodes = [1, 2].map((i) => {
    network.addHost(`${name}${i}`);
    const cable = network.cable(`${name}${i}`, name, `${subnet}.${i}/24`);
    const seed = sendEveryMs + i;
    return { cable, process: network.run(`${name}${i}`, script, { seed, sendEveryMs }) };
  });
  const [a, b] = [nodes[0]!.process, nodes[1]!.process];
  await until(() => count(a, 'ready') + count(b, 'ready') === 2, 10_000);
  for (const node of [a, b]) node.tell('go');
  await until(() => count(a, 'link') + count(b, 'link') === 2, 10_000);
  return { name, cable: nodes[1]!.cable, nodes: [a, b] };
}

function count(node: HostProcess, event: string): number {
  return node.lines.filter((line) => line.event === event).length;
}

if (!canMakeNamespaces()) {
  test('without root no cable can be cut: silence is tested in virtual time only', () => {});
} else {
  test('both ends of a cut cable notice, idle or busy, and link again', async (context) => {
    const network = new TestNetwork();
    context.after(() => network.remove());
    const pairs = [await linkedPair(network, 'idle', 0), await linkedPair(network, 'busy', 100)];
    await wait(500);
    const cutMs = Number(process.hrtime.bigint()) / 1e6;
    for (const { name, cable } of pairs) network.unplug(name, cable);
    const closed = (): boolean =>
      pairs.every(({ nodes }) => nodes.every((node) => count(node, 'closed') === 1));
    await until(closed, noticeMsMax + 1000);
    for (const { name, nodes } of pairs) {
      for (const node of nodes) {
        const line = node.lines.find(({ event }) => event === 'closed')!;
        const tookMs = Number(line.atMs) - cutMs;
        context.diagnostic(`${name}: ${line.reason} after ${tookMs.toFixed(0)} ms`);
        assert.ok(tookMs <= noticeMsMax);
        assert.ok(['connection-lost', 'silent'].includes(String(line.reason)));
      }
    }
    const plugMs = performance.now();
    for (const { name, cable } of pairs) network.plug(name, cable);
    await until(
      () => pairs.every(({ nodes }) => nodes.every((node) => count(node, 'link') === 2)),
      20_000,
    );
    context.diagnostic(`linked again ${Math.round(performance.now() - plugMs)} ms after the mend`);
  });
}
