/**
 * The bundle: what stands in for dependencies' code does the same, and it works with the sources.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pureJsCrypto } from '@libp2p/noise';
import { toBase64url } from '@muster/core';
import { anyFreePort } from '../src/cli/ports.ts';
import { startAgent, temporaryFolder } from './support/real-agent.ts';
import { muster, spawnMuster } from './support/run-muster.ts';
import { connect } from './support/test-client.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

type NoiseCrypto = typeof pureJsCrypto;

async function ownCrypto(): Promise<NoiseCrypto> {
  const file = new URL('../bundle/noise-crypto.mjs', import.meta.url).href;
  return ((await import(file)) as { defaultCrypto: NoiseCrypto }).defaultCrypto;
}

const same = (a: { subarray(): Uint8Array }, b: { subarray(): Uint8Array }, what: string): void =>
  assert.equal(toBase64url(a.subarray()), toBase64url(b.subarray()), what);

test('Noise on sodium gives what the package’s own gives, for every length', async () => {
  const own = await ownCrypto();
  const [key, nonce, associated] = [randomBytes(32), randomBytes(12), randomBytes(32)];
  for (const length of [0, 1, 15, 16, 17, 63, 64, 65, 1_200, 65_519]) {
    const plain = new Uint8Array(randomBytes(length));
    const box = own.chaCha20Poly1305Encrypt(plain, nonce, associated, key);
    const theirs = pureJsCrypto.chaCha20Poly1305Encrypt(plain, nonce, associated, key);
    same(box, theirs, `box of ${length}`);
    same(own.chaCha20Poly1305Decrypt(theirs, nonce, associated, key), plain, `of ${length}`);
    same(own.hashSHA256(plain), pureJsCrypto.hashSHA256(plain), `hash of ${length}`);
  }
  const [chain, input] = [randomBytes(32), randomBytes(32)];
  const outputs = pureJsCrypto.getHKDF(chain, input);
  for (const [index, output] of own.getHKDF(chain, input).entries()) {
    same(output, outputs[index]!, `output ${index}`);
  }
});

test('X25519 on sodium agrees with the package’s own, and refuses a key that leads nowhere', async () => {
  const own = await ownCrypto();
  const seed = randomBytes(32);
  const [mine, theirs] = [own, pureJsCrypto].map((one) => one.generateX25519KeyPairFromSeed(seed));
  same(mine!.publicKey, theirs!.publicKey, 'public key');
  const [ada, bob] = [own.generateX25519KeyPair(), pureJsCrypto.generateX25519KeyPair()];
  const shared = own.generateX25519SharedKey(ada.privateKey, bob.publicKey);
  same(shared, pureJsCrypto.generateX25519SharedKey(bob.privateKey, ada.publicKey), 'shared key');
  assert.throws(() => own.generateX25519SharedKey(ada.privateKey, new Uint8Array(32)));
});

test('a box that was changed anywhere does not open', async () => {
  const own = await ownCrypto();
  const [key, nonce, none] = [randomBytes(32), randomBytes(12), new Uint8Array(0)];
  const box = own.chaCha20Poly1305Encrypt(new Uint8Array(40), nonce, none, key).subarray();
  for (let at = 0; at < box.length; at++) {
    const changed = box.slice();
    changed[at]! ^= 1;
    assert.throws(() => own.chaCha20Poly1305Decrypt(changed, nonce, none, key));
  }
  for (const short of [box.subarray(0, 15), box.subarray(0, 16), none]) {
    assert.throws(() => own.chaCha20Poly1305Decrypt(short, nonce, none, key));
  }
});

test('a bundled node and one from the sources link, and a message crosses', async (t) => {
  execFileSync(process.execPath, [`${folder}build.mjs`]);
  const one = await startAgent(t);
  const data = temporaryFolder(t);
  for (const name of ['site.json', 'site.key']) {
    execFileSync('cp', [`${one.folder}/${name}`, data]);
  }
  const port = String(await anyFreePort('0.0.0.0'));
  const environment = {
    MUSTER_MESH_BOOTSTRAP: one.meshAddresses().join(),
    MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
  };
  const program = `${folder}dist/muster.cjs`;
  const given = ['run', '--data', data, '--port', port];
  const bundled = spawnMuster(t, given, { environment, program });
  await bundled.until('"event":"ready"');
  const ada = connect(t, one);
  await ada.open('Ada');
  await ada.next('here', ({ nodes }) => nodes === 1);
  ada.put(ada.compose({ text: 'to the bundle' }));
  await ada.next('held', ({ nodes }) => nodes === 2);
  const tail = await muster(['tail', 'general', '--no-follow', '--data', data]);
  assert.match(tail.out, /: to the bundle\n$/);
  bundled.child.kill('SIGTERM');
  assert.equal((await bundled.ended).code, 0);
});
