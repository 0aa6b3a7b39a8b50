/** Who is on the link of an interface: by one form of an address only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOnLink } from '../../src/discovery-mdns/interfaces.ts';

const at = { name: 'eth0', address: '10.0.0.1', netmask: '255.0.0.0', mac: '' };

test('an address with a leading zero is no address: elsewhere it would be octal', () => {
  assert.ok(isOnLink('10.9.8.7', at));
  for (const address of ['010.0.0.2', '10.0.0.02', '0x0a.0.0.2', '10.0.2', '9.0.0.1', '', '::1']) {
    assert.ok(!isOnLink(address, at), address);
  }
});
