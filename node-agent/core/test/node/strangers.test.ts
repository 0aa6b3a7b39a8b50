/** Who has no certificate of the site gets no byte of it, and does not keep neighbours out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import { sessionLimits } from '../../src/replication/limits.ts';
import { encodeHello, makeNonce } from '../../src/replication/messages/hello.ts';
import { createMemoryWire } from '../../src/testing/memory-link.ts';
import { SampleSite } from '../../src/testing/sample-site.ts';
import { intBelow } from '../../src/testing/seeded-random.ts';
import { PlayedEnd } from '../replication/hamlet.ts';
import { crypto } from '../support/crypto.ts';
import { Village, type VillageNode } from '../support/village.ts';

/** A link that a stranger opened, whose key the transport has proven. */
function strangerAt(town: Village, node: VillageNode): PlayedEnd {
  const keyA = town.random.bytes(32);
  const wire = createMemoryWire(town.clock, {
    ...{ keyA, keyB: node.sample.key.publicKey, delayMs: 5, random: town.random },
  });
  node.node.addLink(wire.b);
  return new PlayedEnd(wire.a);
}

test('a stranger hears nothing, whatever it says', () => {
  const town = new Village(31);
  const node = town.node('honest');
  const elsewhere = new SampleSite(crypto, town.random);
  node.put(town.site.author(Role.staff).write('secret'));
  town.clock.advance(100);
  for (let i = 0; i < 200; i++) {
    const end = strangerAt(town, node);
    const shown = [
      town.random.bytes(intBelow(town.random, 300)),
      elsewhere.node('elsewhere').certificate,
      town.site.node('not this key').certificate,
      node.sample.certificate,
    ];
    const [versionMin, versionMax] = [1 + intBelow(town.random, 3), 3];
    const certificate = shown[intBelow(town.random, 4)]!;
    const nonce = makeNonce(crypto, town.random.bytes(12));
    if (i % 5 > 0) end.send(0, encodeHello({ versionMin, versionMax, nonce, certificate }));
    if (i % 3 === 0) end.send(intBelow(town.random, 6), town.random.bytes(40));
    town.clock.advance(i % 7 === 0 ? 12_000 : 20);
    assert.deepEqual(end.frames, [], `attempt ${i}`);
  }
  town.clock.advance(12_000);
  assert.equal(node.node.status().neighbours.length, 0);
  const refused = Object.values(node.node.status().linksRefused);
  assert.equal(
    refused.reduce((sum, count) => sum + count, 0),
    200,
  );
});

test('a thousand strangers do not keep a neighbour out, nor slow it down', () => {
  const town = new Village(32);
  const [a, b] = [town.node('a'), town.node('b')];
  for (let i = 0; i < 500; i++) {
    strangerAt(town, a);
    town.clock.advance(1);
  }
  town.link(b, a);
  for (let i = 0; i < 500; i++) {
    strangerAt(town, a);
    town.clock.advance(1);
  }
  const bundle = town.site.author(Role.staff).write('hello');
  b.put(bundle);
  town.clock.advance(100);
  assert.ok(a.shown.includes(toHex(bundle.id)));
  const { neighbours } = a.node.status();
  assert.ok(neighbours.length <= 1 + sessionLimits.strangersMax);
});
