/** What the page of a blank node hears, and how many may listen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpLimits } from '../../src/http/limits.ts';
import { startBlank } from '../support/blank.ts';
import { claimByLabel, withDesk } from '../support/claims.ts';

test('its page hears of each change; who it is says that it is unclaimed', async (t) => {
  const { admin, desk } = await withDesk(t);
  const blank = await startBlank(t);
  const node = await (await fetch(`${blank.url}/api/v1/node`)).json();
  assert.deepEqual(
    { ...(node as object), version: '' },
    { api: 1, version: '', unclaimed: true, name: 'blank' },
  );
  const events = await fetch(`${blank.url}/api/v1/claim/events`);
  assert.equal(events.headers.get('content-type'), 'text/event-stream');
  const heard: string[] = [];
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const part of events.body!) heard.push(decoder.decode(part as Uint8Array));
  })().catch(() => {});
  await claimByLabel(admin, desk, blank);
  await blank.node.claimed;
  await blank.node.stop();
  await reading;
  const phases = [...heard.join('').matchAll(/"phase":"(\w+)"/g)].map(([, phase]) => phase);
  assert.deepEqual(phases, ['waiting', 'comparing', 'claimed']);
  assert.ok(heard.join('').includes('<svg'));
});

test('one address has a few streams of events; who leaves makes room', async (t) => {
  const blank = await startBlank(t);
  const open = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${blank.url}/api/v1/claim/events`, signal ? { signal } : {});
  const first = new AbortController();
  await open(first.signal);
  for (let i = 1; i < httpLimits.eventStreams.perAddress; i++) await open();
  assert.equal((await open()).status, 503);
  first.abort();
  while ((await open()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 10));
});
