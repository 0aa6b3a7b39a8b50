/**
 * Revocation while the mesh is cut in two: after it is whole again everybody believes the same,
 * and who was revoked is cut off everywhere within a minute, on all seeds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import type { MemoryWire } from '../../src/testing/memory-link.ts';
import { intBelow, SeededRandom } from '../../src/testing/seeded-random.ts';
import { listBy } from '../support/admins.ts';
import { Village, type VillageNode } from '../support/village.ts';

const cutOffMs = 60_000;

/** A ring of eight with chords; the first half and the second are its two sides. */
class CutMesh {
  readonly village: Village;
  readonly nodes: VillageNode[];
  readonly #random: SeededRandom;
  readonly #edges: (readonly [number, number])[] = [];
  readonly #wires = new Map<string, MemoryWire>();

  constructor(seed: number) {
    this.village = new Village(seed);
    this.#random = new SeededRandom(seed * 1_000_003);
    const { site } = this.village;
    this.nodes = Array.from({ length: 8 }, (_, i) =>
      this.village.node(site.node(`node ${i}`, { epoch: 1 })),
    );
    for (let i = 0; i < 8; i++) {
      this.#edges.push([i, (i + 1) % 8]);
      this.#edges.push([i, (i + 2 + intBelow(this.#random, 5)) % 8]);
    }
  }

  any(side: 0 | 1): VillageNode {
    return this.nodes[4 * side + intBelow(this.#random, 4)]!;
  }

  /** Joins whatever of the edges is not joined, as dialling would. */
  join(crossing: boolean): void {
    for (const [a, b] of this.#edges) {
      const name = `${a}-${b}`;
      if (this.#wires.has(name) || (!crossing && a < 4 !== b < 4)) continue;
      this.#wires.set(name, this.village.link(this.nodes[a]!, this.nodes[b]!));
    }
  }

  /** In steps, as whatever a node does in a timer may set another. */
  run(ms: number): void {
    for (let at = 0; at < ms; at += 100) this.village.clock.advance(100);
  }

  redial(node: VillageNode): void {
    for (const other of this.nodes) {
      if (other === node) continue;
      this.village.link(node, other);
      this.village.link(other, node);
    }
  }
}

function linkedTo(node: VillageNode, key: Uint8Array): boolean {
  const { neighbours } = node.node.status();
  return neighbours.some(({ nodeKey }) => nodeKey && toHex(nodeKey) === toHex(key));
}

for (let seed = 1; seed <= 12; seed++) {
  test(`a node and an author revoked while the mesh is cut in two, seed ${seed}`, () => {
    const mesh = new CutMesh(seed);
    const { village, nodes } = mesh;
    const { site } = village.site.trust;
    const [ada, bob] = [village.site.admin('Ada'), village.site.admin('Bob')];
    const [staff, other] = [village.site.author(Role.staff), village.site.author(Role.staff)];
    const calm = village.site.admin('Cy');
    const guest = village.site.guest(nodes[6]!.sample);
    const stolen = nodes[6]!;
    mesh.join(false);
    mesh.run(5_000);
    mesh.any(1).put(staff.write('before'));
    mesh.run(1_000);

    // On one side the node and one author are revoked, on the other another author; meanwhile all
    // three are busy where nobody knows.
    const old = listBy(ada.issuer, 1, { site });
    const revoked = [stolen.sample.key.publicKey, staff.key.publicKey];
    const newer = listBy(ada.issuer, 2, { site, revoked, epoch: intBelow(village.random, 2) });
    assert.ok(mesh.any(0).node.adoptTrust(newer).ok);
    const byBob = listBy(bob.issuer, 1, { site, revoked: [other.key.publicKey] });
    mesh.any(1).put(bob.act({ documents: [byBob] }));
    const revokedBoth = [staff.key.publicKey, other.key.publicKey];
    const late = staff.write('late', { hopLimit: 10 });
    mesh.any(1).put(late);
    const far = { hopLimit: 10 };
    const trusted = [calm.write('on one side', far), calm.write('on the other', far)] as const;
    mesh.any(0).put(trusted[0]);
    mesh.any(1).put(trusted[1]);
    mesh.run(10_000);

    mesh.join(true);
    const key = stolen.sample.key.publicKey;
    const isCutOff = (node: VillageNode) =>
      node === stolen ||
      (revokedBoth.every((author) => node.node.trust().revoked.has(author)) &&
        !linkedTo(node, key));
    const healedMs = village.clock.monotonicMs();
    while (!nodes.every(isCutOff)) {
      mesh.run(100);
      assert.ok(village.clock.monotonicMs() - healedMs <= cutOffMs);
    }
    const hidden = [staff.write('after'), guest.write('by a guest of the stolen node')];
    for (const bundle of hidden) stolen.put(bundle);
    for (const node of nodes) {
      node.put(other.write('after'));
      mesh.redial(stolen);
      if (node === stolen) continue;
      assert.deepEqual(node.node.adoptTrust(old), { ok: false, reason: 'old' });
    }
    mesh.run(70_000);
    const honest = nodes.filter((node) => node !== stolen);
    for (const node of honest) {
      for (const { id } of trusted) assert.ok(node.shown.includes(toHex(id)));
      for (const { id } of hidden) assert.equal(node.node.knows(id), false);
      assert.ok(isCutOff(node));
      assert.equal(node.shown.includes(toHex(late.id)), nodes.indexOf(node) >= 4);
    }
    for (const node of nodes) node.node.stop();
  });
}
