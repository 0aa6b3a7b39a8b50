import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dbusLimits } from '../../../src/transport-ble/dbus/limits.ts';
import {
  isBusName,
  isInterface,
  isMember,
  isObjectPath,
} from '../../../src/transport-ble/dbus/names.ts';
import { parseSignature, parseSingleType } from '../../../src/transport-ble/dbus/signature.ts';

const depth = dbusLimits.signatureDepthMax;

test('signatures are what the specification says', () => {
  const good = ['', 'y', 'aay', 'a{sv}', 'a{oa{sa{sv}}}', '(i(iu)as)', 'aa{y(ov)}', 'h'];
  good.push(`${'a'.repeat(depth)}y`, `${'('.repeat(depth)}y${')'.repeat(depth)}`);
  good.push(`${'a'.repeat(depth)}${'('.repeat(depth)}y${')'.repeat(depth)}`, 'y'.repeat(255));
  for (const text of good) assert.notEqual(parseSignature(text), undefined, text);
  const bad = ['a', '(', ')', '()', '(y', 'y)', '{sv}', 'a{}', 'a{s}', 'a{svv}', 'a{vs}', 'a{sv'];
  bad.push('a{(y)s}', 'z', 'r', 'e', 'm', '\0', 'é', '({sv})', `${'a'.repeat(depth + 1)}y`);
  bad.push(`${'('.repeat(depth + 1)}y${')'.repeat(depth + 1)}`, 'y'.repeat(256));
  for (const text of bad) assert.equal(parseSignature(text), undefined, text);
});

test('one complete type is not none and not two', () => {
  assert.equal(parseSingleType('a{sv}')?.code, 'a');
  for (const text of ['', 'yy', 'a']) assert.equal(parseSingleType(text), undefined);
});

test('more signatures than are remembered are parsed all the same', () => {
  for (let count = 1; count <= 250; count += 1) {
    assert.equal(parseSignature('y'.repeat(count))?.length, count);
    assert.equal(parseSignature('u'.repeat(count))?.length, count);
  }
});

test('names and paths are what the specification says', () => {
  const long = 'a'.repeat(255);
  const paths = ['/', '/a', '/org/bluez/hci0/dev_C0_11', '/0'];
  const noPaths = ['', 'a', '//', '/a/', '/a//b', '/a-b', '/ä', '/a\n', '/a b'];
  const names = ['org.bluez', ':1.42', 'a.b-c', '_a._b'];
  const noNames = ['', 'org', '.a', 'a.', 'a..b', '1.a', 'a.1', ':', ':1', 'a.b\n', `a.${long}`];
  const interfaces = ['org.bluez.Adapter1', 'a._'];
  const noInterfaces = ['org', 'a-b.c', ':1.4', 'a.1', `a.${long}`, 'a.b '];
  const members = ['Get', '_x1', long];
  const noMembers = ['', '1a', 'a.b', 'a-b', `${long}a`, 'Get\n'];
  const forms = [
    [isObjectPath, paths, noPaths],
    [isBusName, names, noNames],
    [isInterface, interfaces, noInterfaces],
    [isMember, members, noMembers],
  ] as const;
  for (const [form, good, bad] of forms) {
    for (const text of good) assert.ok(form(text), text);
    for (const text of bad) assert.ok(!form(text), text);
  }
});
