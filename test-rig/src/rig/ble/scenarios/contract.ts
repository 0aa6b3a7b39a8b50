/**
 * The contract suites, on real BlueZ: what every Bluetooth of a machine must do, and, on libp2p
 * over our stream over it, what every link must do.
 */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { BlePeer } from '@muster/adapters/transport-ble';
import { createBluezHost } from '@muster/adapters/transport-ble/bluez';
import { createL2capHelper } from '@muster/adapters/transport-ble/l2cap';
import { type BleHostPair, bleHostContract } from '@muster/adapters/transport-ble/testing';
import { type ContractTools, type LinkPair, linkContract } from '@muster/core/testing';
import { until } from '../../report.ts';
import type { BlePlan, Report } from '../inside/event.ts';
import { loggerOf } from '../inside/logger.ts';
import { clock, End } from '../wire/end.ts';
import { WireNode } from '../wire/node.ts';

/** A full link, by GATT where the channel was lost, is some megabytes. */
const patience = { waitMsMax: 60_000, everyMs: 2 };
const settleMs = 300;
/** Of links: a few round trips. One whose reader sleeps has to be full before it is silent. */
const linkSettleMs = 60;

export async function radioContract(plan: BlePlan, report: Report): Promise<void> {
  const cases = new Cases();
  const make = (): Promise<BleHostPair> => hosts(plan.l2capHelper);
  bleHostContract({ name: 'radio', make }, cases);
  await cases.run(report);
  report.figure('radioContractCases', cases.count);
}

export async function contract(plan: BlePlan, report: Report): Promise<void> {
  const { l2capHelper } = plan;
  const near = await End.start('hci0', l2capHelper);
  const far = await End.start('hci1', l2capHelper);
  try {
    await near.useChannels();
    await far.useChannels();
    const { peer } = await near.hear(far);
    const cases = new Cases();
    linkContract({ name: 'link by radio', make: () => pair(near, far, peer) }, cases);
    await cases.run(report);
    report.figure('contractCases', cases.count);
  } finally {
    await near.stop();
    await far.stop();
  }
}

/** The tests of a suite, one after the other. */
class Cases implements ContractTools {
  readonly assert = assert;
  readonly #tests: { readonly name: string; readonly run: () => void | Promise<void> }[] = [];

  get count(): number {
    return this.#tests.length;
  }

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
  }
}

const lapse = {
  until: (condition: () => boolean) => until(String(condition), async () => condition(), patience),
  settle: () => delay(settleMs),
};

async function hosts(helperPath: string): Promise<BleHostPair> {
  const logger = loggerOf('radio-contract');
  const made = ['hci0', 'hci1'].map((name) => {
    const helper = createL2capHelper({ path: helperPath, clock, logger });
    const channels = helper.channelsFor.bind(helper);
    return { helper, host: createBluezHost({ clock, logger, adapters: [name], channels }) };
  });
  for (const { helper } of made) await helper.start();
  return {
    ...{ ...lapse, a: made[0]!.host, b: made[1]!.host },
    stop: async () => {
      for (const { helper } of made) await helper.stop();
    },
  };
}

async function pair(near: End, far: End, peer: BlePeer): Promise<LinkPair> {
  const [one, other] = await Promise.all([WireNode.start(near), WireNode.start(far)]);
  const links = Promise.all([one.link(), other.link()]);
  await one.medium.dial(peer);
  const [a, b] = await links;
  return {
    ...{
      ...lapse,
      settle: () => delay(linkSettleMs),
      a,
      b,
      keyA: one.key.publicKey,
      keyB: other.key.publicKey,
    },
    stop: async () => {
      await one.stop();
      await other.stop();
    },
  };
}
