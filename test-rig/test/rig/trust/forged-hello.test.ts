/** The stranger of the rigs is refused for what it is, not for how it speaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { crypto, node, otherNode } from '../../../src/fuzz/core/cast.ts';
import { MeshBox, wireBetween } from '../../../src/fuzz/core/mesh-cast.ts';
import { forgedHello } from '../../../src/rig/trust/stranger/forged-hello.ts';

test('a forged hello is refused for its certificate, and answered with nothing', () => {
  const clock = new FakeClock();
  const box = new MeshBox(clock, node);
  const wire = wireBetween(clock, otherNode, node);
  const told: number[] = [];
  box.node.addLink(wire.b);
  wire.a.start({
    onFrame: ({ length }) => told.push(length),
    onDrain: () => {},
    onClose: () => {},
  });
  wire.a.send(forgedHello(crypto, new SeededRandom(1), otherNode.key.publicKey));
  clock.advance(100);
  assert.deepEqual(box.endings, ['certificate-refused']);
  assert.deepEqual(box.node.status().linksRefused, { 'certificate-refused': 1 });
  assert.deepEqual(told, []);
});
