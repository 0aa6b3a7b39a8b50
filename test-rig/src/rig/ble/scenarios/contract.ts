/**
 * Links by radio keep the same contract as every other link: the suite of the core, on libp2p over
 * our stream over real BlueZ.
 */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { BlePeer } from '@muster/adapters/transport-ble';
import { type ContractTools, type LinkPair, linkContract } from '@muster/core/testing';
import { until } from '../../report.ts';
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';
import { End } from '../wire/end.ts';
import { WireNode } from '../wire/node.ts';

const patience = { waitMsMax: 60_000, everyMs: 2 };
const settleMs = 300;

export async function contract(mesh: Mesh, report: Report): Promise<void> {
  const { l2capHelper } = mesh.plan;
  const near = await End.start('hci0', l2capHelper);
  const far = await End.start('hci1', l2capHelper);
  try {
    await near.useChannels();
    await far.useChannels();
    const { peer } = await near.hear(far);
    const cases = new Cases();
    linkContract({ name: 'link by radio', make: () => pair(near, far, peer) }, cases);
    await cases.run(report);
  } finally {
    await near.stop();
    await far.stop();
  }
}

/** The tests of a suite, one after the other. */
class Cases implements ContractTools {
  readonly assert = assert;
  readonly #tests: { readonly name: string; readonly run: () => void | Promise<void> }[] = [];

  test(name: string, run: () => void | Promise<void>): void {
    this.#tests.push({ name, run });
  }

  async run(report: Report): Promise<void> {
    for (const { name, run } of this.#tests) {
      const beginMs = Date.now();
      await Promise.resolve(run()).catch((error: Error) => {
        process.stderr.write(`${name}: ${error.stack}\n`);
        report.expect(false, `${name}: ${error.message}`);
      });
      process.stderr.write(`${name}: ${Date.now() - beginMs} ms\n`);
    }
    report.figure('contractCases', this.#tests.length);
  }
}

async function pair(near: End, far: End, peer: BlePeer): Promise<LinkPair> {
  const [one, other] = await Promise.all([WireNode.start(near), WireNode.start(far)]);
  const links = Promise.all([one.link(), other.link()]);
  await one.medium.dial(peer);
  const [a, b] = await links;
  return {
    ...{ a, b, keyA: one.key.publicKey, keyB: other.key.publicKey },
    until: (condition) => until(String(condition), async () => condition(), patience),
    settle: () => delay(settleMs),
    stop: async () => {
      await one.stop();
      await other.stop();
    },
  };
}
