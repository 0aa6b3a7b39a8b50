/** Two agents of one site, linked over loopback: what is put on one is shown at the other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '@muster/core';
import type { StatusInfo } from '../src/http/api-routes.ts';
import { startAgent } from './support/real-agent.ts';
import { connect } from './support/test-client.ts';

test('a message crosses, its writer hears of the second holder, a restart keeps it', async (t) => {
  const one = await startAgent(t);
  const config = { meshBootstrap: one.meshAddresses() };
  const two = await startAgent(t, { config, siteOf: one });
  const [ada, bob] = [connect(t, one), connect(t, two)];
  await Promise.all([ada.open('Ada'), bob.open('Bob')]);
  bob.say({ type: 'follow', tag: toBase64url(bob.tag) });
  await bob.next('here', ({ nodes }) => nodes === 1);
  const bundle = ada.compose({ text: 'over there?' });
  ada.put(bundle);
  const { items } = await bob.next('bundles');
  assert.equal(items[0].signed, toBase64url(bundle.signed));
  assert.equal(items[0].hops, 1);
  const held = await ada.next('held', ({ nodes }) => nodes === 2);
  assert.equal(held.id, toBase64url(bundle.id));
  const answer = await fetch(`${two.url}/api/v1/status`);
  const status = (await answer.json()) as StatusInfo;
  assert.equal(status.neighbours[0]?.state, 'live');
  assert.equal(status.neighbours[0]?.name, 'box');

  await two.stop();
  const again = await startAgent(t, { config, folder: two.folder });
  const carol = connect(t, again);
  await carol.open('Carol');
  carol.say({ type: 'page', ref: 'p', tag: toBase64url(carol.tag) });
  const page = await carol.next('page');
  assert.equal(page.items[0].signed, toBase64url(bundle.signed));
});
