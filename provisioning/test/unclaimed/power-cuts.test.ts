/**
 * The power is cut, and the disk fails, at every single file call of a claim, a reset and a move;
 * twice in a row too. What the next start finds is a node that is unclaimed with its old key, or
 * wholly claimed; a member as it was, or wholly reset. Never anything in between.
 */
import assert from 'node:assert/strict';
import { existsSync, fstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { equalBytes } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import {
  commitProvision,
  editConfig,
  factoryReset,
  folderState,
  openUnclaimed,
  readNode,
  readSite,
  readTrustDocuments,
  readUnclaimed,
  readWifi,
  settleFolder,
} from '@muster/provisioning';
import { CrashDisk, type Cut, walkCuts } from '../support/crash-disk.ts';
import {
  crypto,
  filesOf,
  groundOf,
  provisionFor,
  sampleAuthority,
  sampleSite,
} from '../support/sample.ts';

const configTemplate = '{\n  // Of the template.\n  "node": { "name": "Old" },\n}\n';
const site = sampleSite();
/** Entropy is the same every time, so that whole folders can be compared. */
const open = (folder: string, calls?: CrashDisk) =>
  openUnclaimed(folder, {
    ...{ crypto, random: new SeededRandom(5), name: 'blank' },
    ...(calls && { calls }),
  });
const settle = (folder: string, calls?: CrashDisk) =>
  settleFolder(folder, { crypto, configTemplate, ...(calls && { calls }) });

function blank(ground: () => string): string {
  const folder = ground();
  open(folder);
  return folder;
}

function claim(folder: string, calls?: CrashDisk): void {
  const nodeKey = new Uint8Array(open(folder).key.publicKey);
  const wire = provisionFor(site, nodeKey, { tlsAuthority: sampleAuthority });
  commitProvision(folder, wire, { crypto, ...(calls && { calls }) });
  settle(folder, calls);
}

/** Nothing but the file of a blank node, or of a write that came to nothing. */
function isBlank(folder: string, key: Uint8Array): boolean {
  const names = readdirSync(folder).filter((name) => !name.endsWith('.new'));
  const unclaimed = readUnclaimed(folder, crypto);
  return (
    names.join() === 'unclaimed.json' && !!unclaimed && equalBytes(unclaimed.key.publicKey, key)
  );
}

function isClaimed(folder: string, whole: Readonly<Record<string, string>>): boolean {
  const found: Record<string, string> = { ...filesOf(folder) };
  // Leftovers of writes that were cut off are in nobody's way.
  for (const name of Object.keys(found)) if (name.endsWith('.new')) delete found[name];
  try {
    assert.deepEqual(found, whole);
    return true;
  } catch {
    return false;
  }
}

test('a blank node has one key, whenever the power is cut while it is made', async (t) => {
  const ground = groundOf(t);
  const walked = await walkCuts({
    prepare: ground,
    run: (folder, disk) => void open(folder, disk),
    check(folder, at) {
      settle(folder);
      const { key, secret } = openUnclaimed(folder, {
        ...{ crypto, random: new SeededRandom(6), name: 'blank' },
      });
      const again = open(folder);
      assert.ok(equalBytes(key.publicKey, again.key.publicKey), at);
      assert.ok(equalBytes(secret, again.secret), at);
    },
  });
  t.diagnostic(`${walked} cuts`);
  assert.ok(walked >= 15);
});

test('a claim that is cut off leaves a blank node or a member', async (t) => {
  const ground = groundOf(t);
  const model = blank(ground);
  const { publicKey } = open(model).key;
  const watching = new CrashDisk(Number.POSITIVE_INFINITY, 'kept');
  claim(model, watching);
  const whole = filesOf(model);
  for (const name of Object.keys(whole)) assert.ok(watching.hasMade(join(model, name)), name);
  assert.deepEqual(Object.keys(whole), [
    ...['muster.jsonc', 'node.key', 'site-ca.key', 'site-ca.pem', 'site.json'],
    ...['trust-documents.json', 'uplinks.json', 'wifi.json'],
  ]);
  const found = { blank: 0, member: 0 };
  const walked = await walkCuts({
    prepare: () => blank(ground),
    run: (folder, disk) => claim(folder, disk),
    check(folder, at) {
      // What nobody settled yet is already the one or the other to whoever asks for a commitment.
      const isCommitted = existsSync(join(folder, 'provision.json')) || !!readSite(folder);
      settle(folder);
      if (isCommitted) assert.ok(isClaimed(folder, whole), `${at}: half claimed`);
      else assert.ok(isBlank(folder, publicKey), `${at}: half blank`);
      found[isCommitted ? 'member' : 'blank']++;
      assert.equal(folderState(folder), isCommitted ? 'member' : 'unclaimed', at);
    },
  });
  t.diagnostic(`${walked} cuts: ${JSON.stringify(found)}`);
  assert.ok(walked > 150 && found.blank >= 10 && found.member > 100);
});

test('the walk would find a file that is named before it is synced', async (t) => {
  class Forgetful extends CrashDisk {
    override sync(file: number): void {
      if (fstatSync(file).isDirectory()) super.sync(file);
    }
  }
  const ground = groundOf(t);
  const walk = walkCuts({
    prepare: () => blank(ground),
    run: (folder, disk) => claim(folder, disk),
    check: (folder) => void settle(folder),
    cuts: ['lost'],
    diskOf: (at, cut) => new Forgetful(at, cut),
  });
  await assert.rejects(walk, { code: 'record-damaged' });
});

test('a claim that is cut off again while it is finished is finished all the same', async (t) => {
  const ground = groundOf(t);
  const model = blank(ground);
  claim(model);
  const whole = filesOf(model);
  const seed = 20261121;
  const random = new SeededRandom(seed);
  t.diagnostic(`seed ${seed}`);
  const draw = (below: number): number => random.bytes(1)[0]! % below;
  for (let round = 0; round < 150; round++) {
    const folder = blank(ground);
    const nodeKey = open(folder).key.publicKey;
    const wire = provisionFor(site, nodeKey, { tlsAuthority: sampleAuthority });
    commitProvision(folder, wire, { crypto });
    for (let cut = 0; cut < 3; cut++) {
      const kind: Cut = (['kept', 'lost', 'failed'] as const)[draw(3)]!;
      const disk = new CrashDisk(draw(70), kind);
      try {
        settle(folder, disk);
      } catch (error) {
        if (!disk.hasCut) throw error;
      }
      disk.powerOff();
    }
    settle(folder);
    assert.ok(isClaimed(folder, whole), `seed ${seed} round ${round}`);
  }
});

test('what was set before a claim stays where the admin did not speak of it', (t) => {
  const folder = groundOf(t)();
  writeFileSync(
    join(folder, 'muster.jsonc'),
    '{\n  // Mine.\n  "node": { "name": "Old" },\n  "http": { "port": 80 }\n}\n',
  );
  claim(folder);
  const text = readFileSync(join(folder, 'muster.jsonc'), 'utf8');
  assert.match(text, /\/\/ Mine\./);
  assert.match(text, /"port": 80/);
  assert.doesNotMatch(text, /Old/);
  assert.match(text, /kitchen/);
  assert.equal(readTrustDocuments(folder).length, 2);
  assert.equal(readWifi(folder)?.password, 'long enough');
  const uplinks = JSON.parse(
    JSON.parse(readFileSync(join(folder, 'uplinks.json'), 'utf8')).uplinks,
  );
  const relay = { name: 'our-relay', kind: 'relay', address: 'relay.example:7320' };
  assert.deepEqual(uplinks, [{ ...relay, paused: false, relayKey: '' }]);
});

test('a configuration that cannot be read does not stop a claim, and is kept', (t) => {
  for (const broken of ['{ "http": { ', '[]', '3', '{ "mesh": 3 }', '{ "node": [] }', '\u0000']) {
    const folder = groundOf(t)();
    writeFileSync(join(folder, 'muster.jsonc'), broken);
    claim(folder);
    assert.equal(readFileSync(join(folder, 'muster.jsonc.old'), 'utf8'), broken);
    assert.match(readFileSync(join(folder, 'muster.jsonc'), 'utf8'), /Of the template/);
  }
});

test('single values of the configuration are set and taken out', (t) => {
  const folder = groundOf(t)();
  const path = join(folder, 'muster.jsonc');
  editConfig(folder, { 'node.name': undefined, 'http.port': undefined });
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), {});
  editConfig(folder, { 'node.name': 'Blue', 'http.port': 80 });
  editConfig(folder, { 'node.name': undefined });
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { node: {}, http: { port: 80 } });
});

test('a document for another node, or a second one, is not committed', (t) => {
  const ground = groundOf(t);
  const folder = blank(ground);
  const other = provisionFor(site, sampleSite(2).siteKey);
  assert.throws(() => commitProvision(folder, other, { crypto }), { code: 'provision-not-mine' });
  const { publicKey } = open(folder).key;
  commitProvision(folder, provisionFor(site, publicKey), { crypto });
  commitProvision(folder, provisionFor(site, publicKey), { crypto });
  assert.throws(() => commitProvision(folder, provisionFor(sampleSite(3), publicKey), { crypto }), {
    code: 'already-claimed',
  });
  assert.equal(settle(folder), 'claimed');
  assert.equal(settle(folder), 'nothing');
  assert.throws(() => open(folder), { code: 'already-claimed' });
});

const member = (ground: () => string): string => {
  const folder = blank(ground);
  claim(folder);
  writeFileSync(join(folder, 'store.db'), 'messages');
  writeFileSync(join(folder, 'store.db-wal'), 'messages');
  writeFileSync(join(folder, 'holiday.jpg'), 'not ours');
  return folder;
};

for (const invite of ['', 'MUSTER-NODE:1:ABC']) {
  test(`a ${invite ? 'move' : 'reset'} that is cut off is not begun, or done`, async (t) => {
    const ground = groundOf(t);
    const before = filesOf(member(ground));
    const after = ['holiday.jpg', 'muster.jsonc', ...(invite ? ['muster-invite.txt'] : [])];
    const found = { before: 0, after: 0 };
    const walked = await walkCuts({
      prepare: () => member(ground),
      run(folder, calls) {
        const move = invite === '' ? {} : { invite };
        factoryReset(folder, { keepConfig: true, ...move, calls });
        // A move goes on with the invite, which is another matter than this one.
      },
      check(folder, at) {
        settle(folder);
        settle(folder);
        const isReset = !existsSync(join(folder, 'node.key'));
        found[isReset ? 'after' : 'before']++;
        if (!isReset) {
          assert.ok(isClaimed(folder, before), at);
          assert.ok(readNode(crypto, folder, site), at);
          return;
        }
        const names = readdirSync(folder).sort();
        assert.deepEqual(names, after.sort(), at);
        assert.equal(folderState(folder), 'empty', at);
      },
    });
    t.diagnostic(`${walked} cuts: ${JSON.stringify(found)}`);
    assert.ok(walked > 100 && found.before >= 10 && found.after > 90);
  });
}

test('a reset spares the keys of an admin unless it is forced', (t) => {
  const folder = member(groundOf(t));
  writeFileSync(join(folder, 'site.key'), 'root');
  assert.throws(() => factoryReset(folder, { keepConfig: false }), { code: 'reset-holds-root' });
  assert.ok(readNode(crypto, folder, site));
  factoryReset(folder, { keepConfig: false, force: true });
  assert.deepEqual(readdirSync(folder), ['holiday.jpg']);
  const fresh = openUnclaimed(folder, { crypto, random: new SeededRandom(9), name: 'blank' });
  assert.ok(!equalBytes(fresh.key.publicKey, open(blank(groundOf(t))).key.publicKey));
});
