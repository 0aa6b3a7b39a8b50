/** The trail of acts as a node reads it: newest first, whatever others write beside it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { actTag, decodeAdminAct, decodeFields, MeshNode, type PutAnswer } from '@muster/core';
import {
  createMemoryLogger,
  FakeClock,
  MemoryStore,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { Trail } from '../../src/admin/trail.ts';

const crypto = createSodiumCrypto();

test('guests who write under the tag of the acts hide none of them', (t) => {
  const random = new SeededRandom(29);
  const site = new SampleSite(crypto, random);
  const box = site.node('box');
  const clock = new FakeClock();
  const node = new MeshNode({
    ...{ crypto, clock, random, store: new MemoryStore({ clock }), logger: createMemoryLogger() },
    siteKey: site.key.publicKey,
    key: box.key,
    certificate: box.certificate,
  });
  const nothing = () => {};
  node.start({ onBundle: nothing, onHeld: nothing, onNeighbours: nothing, onPolicy: nothing });
  t.after(() => node.stop());
  const held: PutAnswer[] = [];
  const put = ({ carried }: { carried: Parameters<MeshNode['put']>[0] }) => {
    node.put(carried, (answer) => held.push(answer));
    clock.advance(20);
  };
  const tag = actTag(crypto, site.trust.site);
  const ada = site.admin('Ada');
  for (const command of ['one', 'two']) put(ada.act({ command }));
  for (let i = 0; i < 100; i++) {
    const guest = site.guest(box);
    for (let j = 0; j < 9; j++) put(guest.write('noise', { tag }));
  }
  assert.ok(held.every(({ ok }) => ok));
  const commands = new Trail(node, tag).newest().map(({ signed }) => {
    const fields = decodeFields(signed);
    return fields.ok && decodeAdminAct(fields.value.payload)?.command;
  });
  assert.deepEqual(commands, ['two', 'one']);
});
