/** Host and Origin: which requests may be a browser's that another page has sent here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressGroup, canonicalAddress, isLoopback } from '../src/http/address.ts';
import { isOwnHost, isOwnOrigin } from '../src/http/host-check.ts';
import { hostLabel, hostNamesOf } from '../src/node-names.ts';

const rules = {
  port: 8080,
  usualPort: 80,
  names: ['localhost', 'box-1', 'box-1.local'],
  hostNames: ['camp.example', 'proxy.example:443'],
  isOwnAddress: (address: string) => ['10.0.0.1', 'fe80::1', 'fd00::5'].includes(address),
};

const hosts: readonly (readonly [host: string | undefined, own: boolean])[] = [
  ['localhost:8080', true],
  ['LOCALHOST:8080', true],
  ['localhost.:8080', true],
  ['box-1.local:8080', true],
  ['10.0.0.1:8080', true],
  ['127.0.0.1:8080', true],
  ['127.9.9.9:8080', true],
  ['[::1]:8080', true],
  ['[fd00::5]:8080', true],
  ['[fd00:0:0:0:0:0:0:5]:8080', true],
  ['[::ffff:10.0.0.1]:8080', true],
  ['192.168.7.7:8080', true], // where the connection came in
  ['camp.example', true],
  ['camp.example:8080', true],
  ['proxy.example:443', true],
  [undefined, false],
  ['', false],
  ['localhost', false], // port 80
  ['localhost:8081', false],
  ['10.0.0.2:8080', false],
  ['evil.example:8080', false],
  ['localhost.evil.example:8080', false],
  ['camp.example:81', false],
  ['proxy.example', false],
  ['xcamp.example', false],
  ['10.0.0.1.evil.example:8080', false],
  ['0x7f.1:8080', false],
  ['2130706433:8080', false],
  ['localhost:8080@evil.example', false],
  ['evil.example:8080/localhost:8080', false],
  ['localhost:8080, evil.example', false],
  ['localhost :8080', false],
  ['[::1]', false],
  ['[::1]x:8080', false],
  ['[127.0.0.1]:8080', false],
  ['localhost:080800', false],
  [`${'a'.repeat(300)}:8080`, false],
];

for (const [host, own] of hosts) {
  test(`Host ${host} is ${own ? 'ours' : 'foreign'}`, () => {
    assert.equal(isOwnHost(host, '::ffff:192.168.7.7', rules), own);
  });
}

test('on port 80 and on any other, the port that a browser leaves out is 80', () => {
  assert.equal(isOwnHost('localhost', undefined, { ...rules, port: 80 }), true);
  assert.equal(isOwnHost('localhost:8080', undefined, { ...rules, port: 80 }), false);
});

const origins: readonly (readonly [origin: string | undefined, host: string, own: boolean])[] = [
  [undefined, 'box:8080', true],
  ['http://box:8080', 'box:8080', true],
  ['https://box', 'box', true], // behind a proxy that speaks https
  ['http://box', 'box', true],
  ['http://box:80', 'box', true],
  ['https://box', 'box:443', true],
  ['http://[::1]:8080', '[::1]:8080', true],
  ['http://BOX:8080', 'box:8080', true],
  ['null', 'box:8080', false],
  ['http://box:8081', 'box:8080', false],
  ['http://evil:8080', 'box:8080', false],
  ['http://box:8080.evil', 'box:8080', false],
  ['http://box:8080/', 'box:8080', false],
  ['http://u@box:8080', 'box:8080', false],
  ['ftp://box:8080', 'box:8080', false],
  ['file://', 'box:8080', false],
  ['', 'box:8080', false],
  ['http://box:8080 http://evil', 'box:8080', false],
];

for (const [origin, host, own] of origins) {
  test(`Origin ${origin} for Host ${host} is ${own ? 'ours' : 'foreign'}`, () => {
    assert.equal(isOwnOrigin(origin, host), own);
  });
}

test('an address has one form, and an IPv6 host counts as its /64', () => {
  assert.equal(canonicalAddress('::ffff:10.1.2.3'), '10.1.2.3');
  assert.equal(canonicalAddress('FE80::0:1%eth0'), 'fe80::1');
  assert.equal(canonicalAddress('box'), undefined);
  assert.equal(addressGroup('::ffff:10.1.2.3'), '10.1.2.3');
  assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(addressGroup('2001:db8:1:2::6'), '2001:db8:1:2::/64');
  assert.equal(addressGroup('2001:db8::6'), '2001:db8:0:0::/64');
  assert.equal(addressGroup('::1'), '0:0:0:0::/64');
  assert.ok(isLoopback('127.0.0.1') && isLoopback('::1') && isLoopback('::ffff:127.0.0.1'));
  assert.ok(!isLoopback('128.0.0.1') && !isLoopback('nowhere'));
});

test('a node’s name becomes a label of DNS', () => {
  assert.equal(hostLabel('Blaue Küche 2'), 'blaue-kuche-2');
  assert.equal(hostLabel('--'), '');
  assert.ok(hostNamesOf('Tür').includes('tur.local'));
});
