/**
 * Policies, bundles of two sites, power cuts and cut links in random order: once the newest policy
 * has gone round, every node shows the same, and nothing that it does not let in. The seed is in
 * the name of the test.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import type { PutAnswer } from '../../src/node/api.ts';
import type { MemoryWire } from '../../src/testing/memory-link.ts';
import type { SampleBundle } from '../../src/testing/sample-site.ts';
import { intBelow, pick } from '../../src/testing/seeded-random.ts';
import { policyBundle, Sites } from '../support/sites.ts';
import type { VillageNode } from '../support/village.ts';

const seeds = [1, 2, 3, 4, 5, 6];
const steps = 120;
const settleMs = 10 * 60_000;
const none = () => {};
const tags = [0, 1, 2].map((byte) => new Uint8Array(16).fill(byte));

class Town {
  readonly sites: Sites;
  readonly nodes: readonly VillageNode[];
  readonly #own;
  readonly #away;
  readonly #foreign: { readonly bundle: SampleBundle; readonly tag: Uint8Array }[] = [];
  readonly #ours = new Set<string>();
  #revision = 0;
  #wires: MemoryWire[] = [];

  constructor(seed: number) {
    this.sites = new Sites(seed);
    this.nodes = ['a', 'b', 'c', 'd'].map((name) => this.sites.village.node(name));
    this.#own = this.sites.home.author(Role.staff);
    this.#away = this.sites.away.author(Role.staff);
    this.#link();
  }

  step(): void {
    const { village } = this.sites;
    const node = pick(village.random, this.nodes);
    const chances = [
      ...Array<() => void>(5).fill(() => this.#bring(node)),
      ...Array<() => void>(3).fill(() => this.#write(node)),
      () => this.decree(node),
      () => node.crash(intBelow(village.random, 3)),
      () => pick(village.random, this.#wires).cut(),
      () => this.#link(),
    ];
    pick(village.random, chances)();
    village.clock.advance(intBelow(village.random, 2_000));
  }

  /** The admin of home changes the policy, at this node. */
  decree(node: VillageNode, letIn = tags.filter(() => intBelow(this.sites.village.random, 2) > 0)) {
    const rules = letIn.map((tag) => this.sites.rule({ tag }));
    const changes = letIn.length > 0 ? { rules } : { rules, pins: [] };
    const wire = this.sites.policy(++this.#revision, changes);
    assert.ok(node.node.adoptPolicy(wire).ok);
    this.#put(node, policyBundle(this.sites, wire));
  }

  end(): void {
    const { village } = this.sites;
    this.decree(this.nodes[0]!, tags.slice(1));
    this.#link();
    village.clock.advance(settleMs);
    // What no policy let in when it came, an uplink offers again.
    for (const { bundle } of this.#foreign)
      this.nodes[3]!.node.takeFromUplink(bundle.carried, none);
    village.clock.advance(settleMs);
    const letIn = this.#foreign.filter(({ tag }) => tag !== tags[0]);
    const expected = new Set([...letIn.map(({ bundle }) => toHex(bundle.id)), ...this.#ours]);
    for (const node of this.nodes) assert.deepEqual(this.#shown(node), expected);
    const entries = this.nodes.map(({ node }) => node.status().liveEntries);
    assert.deepEqual(new Set(entries).size, 1, 'the sets are equal');
    for (const { node } of this.nodes) assert.equal(node.status().neighbours.length > 0, true);
  }

  #bring(node: VillageNode): void {
    const tag = pick(this.sites.village.random, tags);
    const bundle = this.#away.write('from away', { tag });
    this.#foreign.push({ bundle, tag });
    node.node.takeFromUplink(bundle.carried, none);
  }

  #write(node: VillageNode): void {
    const tag = pick(this.sites.village.random, tags);
    const bundle = this.#own.write('ours', { tag });
    this.#put(node, bundle, (answer) => {
      if (answer.ok) this.#ours.add(toHex(bundle.id));
    });
  }

  #put(node: VillageNode, bundle: SampleBundle, onAnswer: (answer: PutAnswer) => void = none) {
    node.node.put(bundle.carried, onAnswer);
  }

  #link(): void {
    for (const wire of this.#wires) wire.cut();
    const pairs = this.nodes.slice(1).map((node, i) => [this.nodes[i]!, node] as const);
    this.#wires = pairs.map(([a, b]) => this.sites.village.link(a, b));
  }

  #shown({ node }: VillageNode): Set<string> {
    const ids = tags.flatMap((tag) =>
      node.page({ tag, after: new Uint8Array(0), limit: 200 }).map(({ id }) => toHex(id)),
    );
    return new Set(ids);
  }
}

for (const seed of seeds) {
  test(`every order of policies and bundles ends the same, seed ${seed}`, () => {
    const town = new Town(seed);
    for (let step = 0; step < steps; step++) town.step();
    town.end();
  });
}
