/** Plants headless, ill-named and dead files and forbidden words, and sees each found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule, TidyFile } from '../src/tidy/finding.ts';
import { deadFiles } from '../src/tidy/rules/dead-files.ts';
import { fileNames } from '../src/tidy/rules/file-names.ts';
import { forbiddenWords } from '../src/tidy/rules/forbidden-words.ts';
import { headers } from '../src/tidy/rules/headers.ts';

function paths(rule: Rule, files: readonly TidyFile[]): string[] {
  return rule(files).map(({ path, line }) => `${path}:${line}`);
}

test('a source file begins with a comment', () => {
  const header = (path: string, text: string) => paths(headers, [{ path, text }]).length;
  assert.equal(header('provisioning/src/a.ts', '/** A. */\nexport {};'), 0);
  assert.equal(header('provisioning/src/a.ts', '// A.\nexport {};'), 0);
  assert.equal(header('provisioning/src/a.ts', '#!/usr/bin/env node\n// A.'), 0);
  assert.equal(header('provisioning/src/a.ts', 'export {};'), 1);
  assert.equal(header('node-agent/setup/a.mjs', 'export {};'), 1);
  assert.equal(header('provisioning/test/a.test.ts', 'export {};'), 0);
});

test('a file is named after what it is about', () => {
  const bad = ['core/src/utils.ts', 'core/src/util/a.ts', 'web/src/date-utils.ts', 'a/helpers.tsx'];
  const good = ['core/src/limits.ts', 'core/src/futility.ts', 'web/src/common-names/x.css'];
  const files = [...bad, ...good].map((path) => ({ path, text: '' }));
  assert.deepEqual(
    paths(fileNames, files),
    bad.map((path) => `${path}:0`),
  );
});

test('a source file that nothing names is dead', () => {
  const core = 'node-agent/core';
  const web = 'node-agent/web';
  const adapters = 'node-agent/adapters';
  const files = [
    { path: 'package.json', text: '{"scripts":{"sim":"node test-rig/src/sim/main.ts"}}' },
    { path: `${core}/package.json`, text: '{"exports":{".":"./src/index.ts"}}' },
    { path: `${adapters}/package.json`, text: '{"exports":{"./*":"./src/*/index.ts"}}' },
    { path: `${web}/index.html`, text: '<script src="/src/main.tsx"></script>' },
    { path: `${core}/src/index.ts`, text: "export * from './bundle.ts';" },
    { path: `${core}/src/bundle.ts`, text: '// See `dead.ts` and "dead".' },
    { path: `${core}/src/dead.ts`, text: "import './dead.ts';" },
    { path: `${core}/test/a.test.ts`, text: '' },
    { path: `${adapters}/src/clock-system/index.ts`, text: '' },
    { path: `${web}/src/main.tsx`, text: "new Worker(new URL('./worker.ts', import.meta.url));" },
    { path: `${web}/src/worker.ts`, text: '' },
    { path: 'test-rig/src/sim/main.ts', text: '' },
  ];
  assert.deepEqual(paths(deadFiles, files), [`${core}/src/dead.ts:0`]);
});

test('no host of a registry and no folder of a developer is named', () => {
  const words = (text: string) => paths(forbiddenWords, [{ path: 'README.md', text }]);
  const host = ['registry', 'npmjs', 'org'].join('.');
  const folder = `/${'root'}/muster`;
  assert.deepEqual(words(`one\nhttps://${host}/x`), ['README.md:2']);
  assert.deepEqual(words(`cd ${folder}/x`), ['README.md:1']);
  assert.deepEqual(words(`"${folder}/x"`), ['README.md:1']);
  assert.deepEqual(words('docs/work/a, ./root/b, https://example.org/root/x'), []);
});
