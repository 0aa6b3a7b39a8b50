/**
 * What every Discovery must do: report others with their addresses, never itself, and keep quiet
 * before start and after stop. Before step 4 of a message's way. The maker gives one LAN.
 */
import type { Discovery, Sighting } from '../ports/discovery.ts';
import type { ContractTools } from './contract.ts';

export interface LanUnderTest {
  /** A node on the LAN, not started. The key is 32 bytes, the addresses are multiaddrs. */
  join(nodeKey: Uint8Array, addresses: readonly string[]): Discovery;
  /** Addresses that the LAN carries, for node number `index`. */
  addressesOf(index: number): readonly string[];
  /** Lets time pass until `condition` holds; fails when it never does. */
  until(condition: () => boolean): Promise<void>;
  /** Lets enough time pass for all that is under way to arrive. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface DiscoveryContractOptions {
  readonly name: string;
  readonly make: () => Promise<LanUnderTest>;
  /** `count` different node keys. */
  readonly nodeKeys: (count: number) => readonly Uint8Array[];
}

class Member {
  readonly nodeKey: Uint8Array;
  readonly addresses: readonly string[];
  readonly discovery: Discovery;
  readonly sightings: Sighting[] = [];

  constructor(lan: LanUnderTest, nodeKey: Uint8Array, index: number) {
    this.nodeKey = nodeKey;
    this.addresses = lan.addressesOf(index);
    this.discovery = lan.join(nodeKey, this.addresses);
  }

  start(): Promise<void> {
    return this.discovery.start((sighting) => this.sightings.push(sighting));
  }

  /** The last sighting of another member. */
  sightingOf(other: Member): Sighting | undefined {
    return this.sightings.findLast(({ nodeKey }) => nodeKey.join() === other.nodeKey.join());
  }
}

export function discoveryContract(options: DiscoveryContractOptions, tools: ContractTools): void {
  const { assert } = tools;
  const test = (
    what: string,
    count: number,
    run: (members: Member[], lan: LanUnderTest) => Promise<void>,
  ): void => {
    tools.test(`${options.name}: ${what}`, async () => {
      const lan = await options.make();
      const keys = options.nodeKeys(count);
      const members = keys.map((nodeKey, index) => new Member(lan, nodeKey, index));
      try {
        await run(members, lan);
      } finally {
        for (const { discovery } of members) await discovery.stop();
        await lan.stop();
      }
    });
  };

  test(
    'all who started see all others, with their addresses, and never themselves',
    4,
    async (members, lan) => {
      for (const member of members) await member.start();
      const all = (): boolean =>
        members.every((one) => members.every((other) => one === other || one.sightingOf(other)));
      await lan.until(all);
      await lan.settle();
      for (const one of members) {
        assert.equal(one.sightingOf(one), undefined);
        for (const other of members) {
          if (one !== other) assert.deepEqual(one.sightingOf(other)!.addresses, other.addresses);
        }
      }
    },
  );

  test('who comes late sees and is seen', 2, async ([early, late], lan) => {
    await early!.start();
    await lan.settle();
    assert.equal(early!.sightings.length, 0);
    await late!.start();
    await lan.until(() => !!early!.sightingOf(late!) && !!late!.sightingOf(early!));
  });

  test('who is not started neither sees nor is seen', 2, async ([started, silent], lan) => {
    await started!.start();
    await lan.settle();
    assert.equal(started!.sightings.length + silent!.sightings.length, 0);
  });

  test(
    'after stop nothing is seen any more; start and stop may be repeated',
    2,
    async (members, lan) => {
      const [stays, goes] = members;
      await stays!.start();
      await goes!.start();
      await lan.until(() => !!goes!.sightingOf(stays!) && !!stays!.sightingOf(goes!));
      await goes!.discovery.stop();
      await goes!.discovery.stop();
      const seen = goes!.sightings.length;
      await stays!.discovery.stop();
      await stays!.start();
      await stays!.start();
      await lan.settle();
      assert.equal(goes!.sightings.length, seen);
    },
  );

  test('who was away is seen again', 2, async ([stays, leaves], lan) => {
    await stays!.start();
    await leaves!.start();
    await lan.until(() => !!stays!.sightingOf(leaves!));
    await leaves!.discovery.stop();
    await lan.settle();
    const before = stays!.sightings.length;
    await leaves!.start();
    await lan.until(() => stays!.sightings.length > before);
  });
}
