/** A copied card: whoever can notice it does, both copies are left alone, and restarts are not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import { signTicket } from '../../src/identity/ticket.ts';
import { SampleAuthor, type SampleNode } from '../../src/testing/sample-site.ts';
import { Village, type VillageNode } from '../support/village.ts';

function keyOf(node: VillageNode): string {
  return toHex(node.sample.key.publicKey);
}

/** The node itself as an author, as it writes its reports. */
function authorOf(town: Village, { key, certificate }: SampleNode): SampleAuthor {
  const { site, crypto } = town.site.trust;
  const fields = { site, subject: key.publicKey, role: Role.node, serial: 0, epoch: 0 };
  return new SampleAuthor(town.site, key, signTicket(crypto, fields, { key, certificate }));
}

function busy(town: Village, nodes: readonly VillageNode[], ms: number): void {
  const staff = town.site.author(Role.staff);
  for (let at = 0; at < ms; at += 2_000) {
    for (const node of nodes) node.put(staff.write(`at ${at}`));
    town.clock.advance(2_000);
  }
}

test('two that run at once behind one neighbour are both cut off, and stay so', () => {
  const town = new Village(41);
  const original = town.node('original');
  const copy = town.node(original.sample);
  const [gate, other] = [town.node('gate'), town.node('other')];
  town.link(gate, other);
  town.link(original, gate);
  town.clock.advance(5_000);
  town.link(copy, gate);
  busy(town, [original, copy], 20_000);
  assert.deepEqual(gate.clones, [keyOf(original)]);
  assert.deepEqual(
    gate.node.status().clones.map(({ name }) => name),
    ['original'],
  );
  const names = () => gate.node.status().neighbours.map(({ name }) => name);
  assert.deepEqual(names(), ['other']);
  gate.crash();
  town.link(gate, other);
  town.link(copy, gate);
  town.clock.advance(1_000);
  assert.deepEqual(names(), ['other']);
  assert.equal(gate.node.status().linksRefused.cloned, 1);
  assert.deepEqual(gate.clones, [keyOf(original)], 'told once');
});

test('two that take turns are noticed', () => {
  const town = new Village(42);
  const original = town.node('original');
  const copy = town.node(original.sample);
  const gate = town.node('gate');
  for (const node of [original, copy, original]) {
    const wire = town.link(node, gate);
    town.clock.advance(20_000);
    wire.cut();
    town.clock.advance(20_000);
  }
  assert.deepEqual(gate.clones, [keyOf(original)]);
});

test('a node that restarts is no copy of itself, however it went', () => {
  const town = new Village(43);
  const node = town.node('node');
  const gate = town.node('gate');
  for (let i = 0; i < 12; i++) {
    const wire = town.link(node, gate);
    town.clock.advance(3_000);
    // The power goes: the other end notices at once, or not before the next links are there.
    wire.cut({ vanished: 'a', noticeMs: i % 2 === 0 ? 8_000 : 1_000 });
    node.crash();
  }
  town.link(node, gate);
  busy(town, [node, gate], 40_000);
  assert.deepEqual([gate.clones, node.clones], [[], []]);
  assert.equal(gate.node.status().neighbours.length, 1);
});

test('a fork by a node key shows it everywhere, at the node itself too', () => {
  const town = new Village(44);
  const original = town.node('original');
  const [gate, far] = [town.node('gate'), town.node('far')];
  town.link(original, gate);
  town.link(gate, far);
  town.clock.advance(2_000);
  const author = authorOf(town, original.sample);
  const second = author.fork('of the copy');
  original.put(author.write('of the original'));
  town.clock.advance(2_000);
  far.put(second);
  town.clock.advance(5_000);
  for (const node of [gate, far, original]) assert.deepEqual(node.clones, [keyOf(original)]);
  assert.equal(gate.node.status().neighbours.length, 1);
  assert.equal(original.node.status().neighbours.length, 0);
  town.link(original, gate);
  town.clock.advance(1_000);
  assert.ok(original.node.status().linksRefused.cloned! > 0, 'it links no more by itself');
  const late = author.write('late');
  far.put(late);
  town.clock.advance(2_000);
  assert.equal(gate.shown.includes(toHex(late.id)), false);
});

test('two copies that meet both know', () => {
  const town = new Village(45);
  const original = town.node('original');
  const copy = town.node(original.sample);
  town.link(original, copy);
  town.clock.advance(1_000);
  assert.deepEqual(copy.clones, [keyOf(original)]);
  town.link(copy, original);
  town.clock.advance(1_000);
  assert.equal(copy.node.status().linksRefused.cloned! > 0, true);
});

test('a copy of a node of another site, or a lie about one, harms nobody', () => {
  const town = new Village(46);
  const gate = town.node('gate');
  const honest = town.node('honest');
  const liar = town.node('liar');
  town.link(honest, gate);
  // Shows the honest node's certificate, which its own link does not prove.
  const posing = town.node({ ...honest.sample, key: liar.sample.key });
  town.link(posing, gate);
  busy(town, [honest], 30_000);
  assert.deepEqual(gate.clones, []);
  assert.equal(gate.node.status().linksRefused['certificate-refused'], 1);
  assert.equal(gate.node.status().neighbours.length, 1);
});
