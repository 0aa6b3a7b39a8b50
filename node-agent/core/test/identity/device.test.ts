import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  certifyDevice,
  concat,
  domain,
  encodeCbor,
  personOfDevice,
  siteIdOf,
} from '../../src/index.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';

const person = keyPair(20);
const device = keyPair(21);
const wire = certifyDevice(crypto, person, device.publicKey);

test('a device shows whose it is', () => {
  assert.deepEqual(personOfDevice(crypto, wire, device.publicKey), person.publicKey);
});

test('the certificate of another device shows nothing', () => {
  assert.equal(personOfDevice(crypto, wire, keyPair(22).publicKey), undefined);
});

test('a device cannot name a person who did not sign', () => {
  const signed = encodeCbor([1, person.publicKey, device.publicKey]);
  const signature = crypto.sign(concat(domain('device'), signed), device.secretKey);
  assert.equal(
    personOfDevice(crypto, encodeCbor([signed, signature]), device.publicKey),
    undefined,
  );
  const ticketLike = crypto.sign(concat(domain('ticket'), signed), person.secretKey);
  assert.equal(
    personOfDevice(crypto, encodeCbor([signed, ticketLike]), device.publicKey),
    undefined,
  );
});

test('every bit turned, byte changed or lost shows nothing', () => {
  const changed = [...bitFlips(wire), ...byteChanges(wire), ...truncated(wire)];
  for (const wrong of [...changed, Uint8Array.from([...wire, 0])]) {
    assert.equal(personOfDevice(crypto, wrong, device.publicKey), undefined);
  }
  for (const [name, bytes] of Object.entries(hostileCbor)) {
    assert.equal(personOfDevice(crypto, bytes, device.publicKey), undefined, name);
  }
});

test('a site is named by the hash of its first root key', () => {
  const name = Buffer.from('muster/1/site\0', 'latin1');
  const expected = crypto.blake2b(16, name, person.publicKey);
  assert.deepEqual(siteIdOf(crypto, person.publicKey), expected);
});
