/** The relay as it runs: libp2p over TCP and WebSocket on loopback, stores on disk, its list. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  bytesKey,
  encodeSiteCard,
  type KeyPair,
  Role,
  siteIdOf,
  toBase64url,
  toHex,
} from '@muster/core';
import { SampleSite } from '@muster/core/testing';
import { createRelay, type Relay, readRelayKey, relayCommands } from '../../src/relay/index.ts';
import { clock, crypto, logger, none, random, startClient, until } from './live.ts';

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-relay-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function startRelay(folder: string, key: KeyPair): Promise<Relay> {
  const listen = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'];
  const relay = createRelay({ folder, key, listen, crypto, clock, random, logger });
  await relay.start();
  return relay;
}

test('over TCP and WebSocket, and through a restart of the relay', async (context) => {
  const folder = temporaryFolder(context);
  const key = crypto.keyPairFromSeed(random.bytes(32));
  const site = new SampleSite(crypto, random);
  const siteKey = site.key.publicKey;
  let relay = await startRelay(folder, key);
  await relay.admit({ siteKey, name: 'hill' });
  const [tcp, ws] = relay.addresses();
  assert.ok(tcp && ws?.includes('/ws/p2p/'));
  const writer = await startClient(site, ws!, {});
  const author = site.author(Role.staff);
  const bundles = Array.from({ length: 50 }, (_, i) => author.write(`number ${i}`));
  await until(() => writer.status().up);
  let held = 0;
  for (const { id, carried } of bundles) {
    writer.put({ id, lane: 1, load: () => carried }, (answer) => {
      if (answer.ok) held += 1;
    });
  }
  await until(() => held === bundles.length);
  assert.ok(writer.status().roundTripMs! < 1_000);
  await writer.stop();
  await relay.stop();
  const names = readdirSync(join(folder, 'sites'));
  assert.deepEqual(names, [toHex(siteIdOf(crypto, siteKey))]);

  relay = await startRelay(folder, key);
  const [status] = relay.status().sites;
  assert.equal(status?.name, 'hill');
  assert.ok(status.bytesUsed > 50 * 100);
  const arrived = new Set<string>();
  const [address] = relay.addresses();
  const reader = await startClient(site, address!, {
    onBundle: ({ signature }, onAnswer) => {
      arrived.add(bytesKey(signature));
      onAnswer({ ok: true, id: none, nodes: 1 });
    },
  });
  await until(() => arrived.size === bundles.length);
  await reader.stop();
  await relay.stop();
});

test('a gateway that is refused tries again, and is taken once it is admitted', async (context) => {
  const folder = temporaryFolder(context);
  const site = new SampleSite(crypto, random);
  const relay = await startRelay(folder, crypto.keyPairFromSeed(random.bytes(32)));
  const downs: string[] = [];
  let ups = 0;
  const client = await startClient(site, relay.addresses()[0]!, {
    onDown: (reason) => downs.push(reason),
    onUp: () => {
      ups += 1;
    },
  });
  await until(() => downs.length > 0);
  assert.match(downs[0]!, /does not know this site/);
  await relay.admit({ siteKey: site.key.publicKey, name: 'hill' });
  await until(() => ups === 1);
  assert.equal(await relay.remove(site.key.publicKey), true);
  await until(() => downs.length > 1 && readdirSync(join(folder, 'sites')).length === 0);
  await client.stop();
  await relay.stop();
});

test('the list of sites is kept, private, strict, and said to be damaged', async (context) => {
  const folder = temporaryFolder(context);
  const key = crypto.keyPairFromSeed(random.bytes(32));
  const site = new SampleSite(crypto, random);
  const siteKey = site.key.publicKey;
  const relay = await startRelay(folder, key);
  await relay.admit({ siteKey, name: 'hill', bytesMax: 1_000_000 });
  await relay.admit({ siteKey, name: 'hill', bytesMax: 2_000_000 });
  assert.deepEqual(
    relay.status().sites.map(({ bytesMax, name }) => [name, bytesMax]),
    [['hill', 2_000_000]],
  );
  const wrong = [
    { siteKey: none, name: 'no key' },
    { siteKey, name: 'x'.repeat(65) },
    { siteKey, name: 'no room', bytesMax: 0 },
    { siteKey, name: 'no number', bytesMax: Number.NaN },
  ];
  for (const site of wrong) await assert.rejects(relay.admit(site), { code: 'site-invalid' });
  assert.equal(await relay.remove(none), false);
  await relay.stop();
  await relay.stop();
  const path = join(folder, 'relay-sites.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  for (const text of ['', '[]', '{"muster":"relay-sites","version":1,"sites":[{}]}', '{"a":']) {
    writeFileSync(path, text);
    await assert.rejects(startRelay(folder, key), { code: 'record-damaged' });
  }
});

test('the control socket admits, lists and removes, and says what is wrong', async (context) => {
  const folder = temporaryFolder(context);
  const key = readRelayKey(folder, crypto, random);
  assert.deepEqual(readRelayKey(folder, crypto, random), key);
  const relay = await startRelay(folder, key);
  const commands = relayCommands(relay, crypto);
  const run = (name: string, params: Record<string, unknown> = {}) => commands[name]!(params);
  const { key: root } = new SampleSite(crypto, random);
  const siteKey = root.publicKey;
  const card = encodeSiteCard(crypto, { siteKey, name: 'harbour', relays: [] }, root);
  const info = {
    name: 'harbour',
    siteKey: toBase64url(siteKey),
    contentBytes: 0,
    contentBytesMax: 1_000_000,
    gateways: 0,
  };
  assert.deepEqual(await run('relay.admit', { card, contentBytesMax: 1_000_000 }), info);
  const { addresses } = relay.status();
  assert.deepEqual(await run('relay.list'), { sites: [info], addresses });
  for (const params of [{}, { card: 'x' }, { card: card.slice(0, -4) }]) {
    await assert.rejects(run('relay.admit', params), { code: 'card-invalid' });
  }
  await assert.rejects(run('relay.admit', { card, more: 1 }), { code: 'parameter-invalid' });
  await assert.rejects(run('relay.admit', { card, contentBytesMax: '1' }), {
    code: 'parameter-invalid',
  });
  await assert.rejects(run('relay.remove', { site: 'hill' }), { code: 'site-unknown' });
  assert.deepEqual(await run('relay.remove', { site: 'harbour' }), { name: 'harbour' });
  assert.deepEqual(await run('relay.list'), { sites: [], addresses });
  await relay.stop();
});
