import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearAddress } from '../../src/claim/near-address.ts';

const near: readonly (readonly [text: string, host: string, port: number])[] = [
  ['10.0.0.1:8080', '10.0.0.1', 8080],
  ['172.31.255.1:80', '172.31.255.1', 80],
  ['192.168.4.1:1', '192.168.4.1', 1],
  ['169.254.7.7:65535', '169.254.7.7', 65_535],
  ['127.0.0.1:8080', '127.0.0.1', 8080],
  ['[::1]:8080', '::1', 8080],
  ['[FE80::1%wlan0]:8080', 'fe80::1%wlan0', 8080],
  ['[fd12:3456::1]:8080', 'fd12:3456::1', 8080],
  ['Box-1.local:8080', 'box-1.local', 8080],
];

const refused = [
  ...['8.8.8.8:80', '172.32.0.1:80', '192.169.0.1:80', '0.0.0.0:80', '224.0.0.1:80'],
  ...['[2001:db8::1]:80', '[::]:80', '[::ffff:8.8.8.8]:80', '[::ffff:10.0.0.1]:80', '::1:80'],
  ...['example.org:80', 'localhost:80', 'a.b.local:80', '.local:80', 'box.local.evil.org:80'],
  ...['2130706433:80', '0x7f.1:80', '010.0.0.1:80', '10.1:80', '10.0.0.1', '10.0.0.1:0'],
  ...['10.0.0.1:65536', '10.0.0.1:80/path', 'http://10.0.0.1:80', 'u@10.0.0.1:80', ''],
  ...['10.0.0.1:80\r\nx: y', '10.0.0.1:080808', '[fe80::1%a b]:80', `${'a'.repeat(64)}.local:80`],
];

test('addresses of local networks are near, and nothing else', () => {
  for (const [text, host, port] of near) assert.deepEqual(nearAddress(text), { host, port }, text);
  for (const text of refused) assert.equal(nearAddress(text), undefined, text);
});
