/** When the steps of setup have something to do, and when they leave everything as it is. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFresh } from '../bundle.mjs';
import { sameModules } from '../modules.mjs';
import { findProgram, modulesFolder, systemPath } from '../paths.mjs';
import { hashOf } from '../web-app.mjs';

const wanted = {
  '': { name: 'muster' },
  'node-agent/core': { version: '0.1.0' },
  'node_modules/@muster/core': { link: true },
  'node_modules/cborg': { version: '6.1.5', integrity: 'sha512-a' },
  'node_modules/foreign': { version: '24.0.0', os: 'plan9', cpu: process.arch, optional: true },
};

test('modules are current when all that is not for another platform is there', () => {
  const { 'node_modules/foreign': foreign, ...installed } = wanted;
  assert.ok(sameModules(wanted, installed));
  assert.ok(sameModules(wanted, wanted));
  assert.ok(!sameModules(wanted, {}));
  const older = { ...foreign, version: '23.0.0' };
  assert.ok(!sameModules(wanted, { ...installed, 'node_modules/foreign': older }));
  const own = { ...foreign, os: [process.platform] };
  assert.ok(!sameModules({ ...wanted, 'node_modules/own': own }, installed));
  const other = { version: '6.1.5', integrity: 'sha512-c' };
  assert.ok(!sameModules(wanted, { ...installed, 'node_modules/cborg': other }));
});

test('the web app is built anew for other contents and names, not for other times', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-setup-'));
  const file = join(folder, 'a.ts');
  try {
    writeFileSync(file, 'one');
    const first = hashOf([folder]);
    utimesSync(file, 0, 0);
    assert.equal(hashOf([folder]), first);
    writeFileSync(file, 'two');
    const second = hashOf([folder]);
    assert.notEqual(second, first);
    writeFileSync(join(folder, 'b.ts'), '');
    assert.notEqual(hashOf([folder]), second);
    assert.equal(hashOf([join(folder, 'gone')]), hashOf([]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the program is that of the sources only while each of them is as it was', () => {
  const root = mkdtempSync(join(tmpdir(), 'muster-setup-'));
  const inputs = join(root, 'gateway/dist/inputs.json');
  try {
    mkdirSync(join(root, 'gateway/dist'), { recursive: true });
    assert.ok(!isFresh(root));
    writeFileSync(join(root, 'a.ts'), 'one');
    const hash = createHash('sha256').update('one').digest('hex');
    writeFileSync(inputs, JSON.stringify({ 'a.ts': hash }));
    assert.ok(!isFresh(root));
    writeFileSync(join(root, 'gateway/dist/muster.cjs'), '');
    assert.ok(isFresh(root));
    writeFileSync(join(root, 'a.ts'), 'two');
    assert.ok(!isFresh(root));
    writeFileSync(inputs, '{"a.ts":');
    assert.ok(!isFresh(root));
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("npm runs on the system's path, without the programs it is about to replace", () => {
  const path = `${modulesFolder}/.bin:/usr/bin:${modulesFolder}-other/bin`;
  assert.equal(systemPath(path), `/usr/bin:${modulesFolder}-other/bin`);
});

test('programs are looked for where those of root are, too', () => {
  assert.ok(findProgram('sh', '/usr/bin:/bin'));
  assert.equal(findProgram('no-such-program-of-muster', '/usr/bin'), undefined);
});
