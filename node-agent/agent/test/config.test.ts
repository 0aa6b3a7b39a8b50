/** The configuration: every error names its place, what is wrong, and the mend. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MusterError } from '@muster/core';
import { readFileText } from '../src/config/file.ts';
import {
  type Config,
  ConfigError,
  configOf,
  configTemplate,
  loadConfig,
} from '../src/config/index.ts';
import { settingNames, settings, variableOf } from '../src/config/schema.ts';

function fileOf(t: TestContext, text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'muster.jsonc');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

/** Text → "line:column what | mend" for its one problem. */
const wrongFiles: readonly (readonly [text: string, problem: RegExp])[] = [
  ['{\n  "http": { "prot": 1 }\n}', /^2:13 unknown key "prot" \| Did you mean "port"\?$/],
  ['{ "htpp": {} }', /^1:3 unknown key "htpp" \| Did you mean "http"\?$/],
  ['{ "zzzzzzzz": {} }', /^1:3 unknown key "zzzzzzzz" \| Known here: node, http, mesh/],
  ['{ "http": { "port": "80" } }', /^1:21 http.port must be a whole number from 0 to 65535 \|/],
  ['{ "http": { "port": 70000 } }', /^1:21 http.port must be a whole number/],
  ['{ "http": { "port": 1.5 } }', /^1:21 http.port must be a whole number/],
  ['{ "http": { "metricsPublic": 1 } }', /^1:30 http.metricsPublic must be true or false/],
  ['{ "http": 80 }', /^1:11 "http" must be an object/],
  ['{ "http": { "port": 1, "port": 2 } }', /^1:24 "port" is given twice/],
  ['[]', /^1:1 the file must be an object/],
  ['{ "http": { "port": 80 ', /^1:24 the file ends too early \| Check commas/],
  ['{ "http": { "port": 80 } } }', /^1:28 did not expect } here/],
  ['{ "http": { port: 80 } }', /^1:13 did not expect port: here/],
  [
    '{\n\n  "mesh": { "listen": ["tcp:1"] } }',
    /^3:23 mesh.listen has item 1, which must be a multi/,
  ],
  ['{ "mesh": { "listen": "/ip4/0.0.0.0/tcp/1" } }', /^1:23 mesh.listen must be a list in \[ \]/],
  ['{ "mesh": { "bootstrap": [5] } }', /^1:26 mesh.bootstrap has item 1, which must be text/],
  ['{ "site": { "channels": ["a", "a"] } }', /^1:25 site.channels must not name anything twice/],
  ['{ "site": { "channels": ["a b"] } }', /^1:25 site.channels has item 1, which must be letters/],
  ['{ "log": { "level": "loud" } }', /^1:21 log.level must be one of debug, info, warn, error/],
  ['{ "http": { "host": "" } }', /^1:21 http.host must not be empty/],
  ['{ "node": { "name": "a\\u0000b" } }', /^1:21 node.name must not hold control characters/],
  [`{ "node": { "name": "${'ä'.repeat(33)}" } }`, /^1:21 node.name must be at most 64 bytes/],
  ['{ "__proto__": {} }', /^1:3 unknown key "__proto__"/],
  ['{ "http": { "constructor": 1 } }', /^1:13 unknown key "constructor"/],
];

for (const [text, problem] of wrongFiles) {
  test(`wrong: ${text.slice(0, 60).replaceAll('\n', '⏎')}`, () => {
    const { problems } = readFileText(text, 'f');
    assert.equal(problems.length, 1, JSON.stringify(problems));
    const [{ line, column, message, mend, where }] = problems as [(typeof problems)[0]];
    assert.match(`${line}:${column} ${message} | ${mend}`, problem);
    assert.equal(where, `f:${line}:${column}`);
    assert.match(mend, /[.?]$/);
  });
}

test('a very long file is refused before it is parsed', () => {
  const { problems } = readFileText(' '.repeat(300_000), 'f');
  assert.match(problems[0]?.message ?? '', /longer than/);
});

test('without a file everything is as the schema says', (t) => {
  const loaded = loadConfig({ file: fileOf(t), environment: {} });
  assert.deepEqual(loaded.config, configOf());
  assert.equal(loaded.fileFound, false);
  assert.equal(loaded.given.size, 0);
});

test('comments and trailing commas are fine; options win over variables, those over files', (t) => {
  const file = fileOf(
    t,
    '{ // c\n "http": { "port": 1, "host": "::", }, "log": { "level": "warn" } }',
  );
  const environment = { MUSTER_HTTP_PORT: '2', MUSTER_LOG_LEVEL: 'error', PATH: 'x' };
  const { config, given } = loadConfig({ file, environment, options: { httpPort: 3 } });
  const expected: Partial<Config> = { httpPort: 3, httpHost: '::', logLevel: 'error' };
  assert.deepEqual(config, configOf(expected));
  assert.deepEqual([...given].sort(), ['httpHost', 'httpPort', 'logLevel']);
});

test('every setting has a variable, and every kind of value can be given in one', (t) => {
  const environment = {
    MUSTER_HTTP_METRICS_PUBLIC: 'true',
    MUSTER_MESH_MDNS: '0',
    MUSTER_MESH_BOOTSTRAP: '/ip4/10.0.0.1/tcp/1, /dns4/box/tcp/2/ws',
    MUSTER_SITE_CHANNELS: '',
    MUSTER_DATA: '/x',
  };
  const { config } = loadConfig({ file: fileOf(t), environment });
  assert.equal(config.httpMetricsPublic, true);
  assert.equal(config.meshMdns, false);
  assert.deepEqual(config.meshBootstrap, ['/ip4/10.0.0.1/tcp/1', '/dns4/box/tcp/2/ws']);
  assert.deepEqual(config.siteChannels, []);
  const variables = settingNames.map((name) => variableOf(settings[name]));
  assert.equal(new Set(variables).size, variables.length);
  assert.ok(variables.includes('MUSTER_STORE_CONTENT_BYTES_MAX'));
});

test('all problems of all sources come in one error', (t) => {
  const file = fileOf(t, '{ "http": { "port": 70000, "hots": "x" } }');
  const environment = { MUSTER_HTTP_PROT: '1', MUSTER_LOG_LEVEL: 'loud' };
  assert.throws(
    () => loadConfig({ file, environment, options: { httpPort: -1 } }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.problems.map(({ where }) => where.replace(file, 'f')),
        ['f:1:21', 'f:1:28', 'MUSTER_HTTP_PROT', 'MUSTER_LOG_LEVEL', '--port'],
      );
      assert.match(error.problems[2]!.mend, /MUSTER_HTTP_PORT/);
      return true;
    },
  );
});

test('a file that cannot be read is said so', (t) => {
  const file = fileOf(t, '{}');
  assert.throws(
    () => loadConfig({ file: join(file, 'x'), environment: {} }),
    (error) => error instanceof MusterError && error.code === 'config-unreadable',
  );
});

test('the template is a valid file that changes nothing, also without its comments', () => {
  const template = configTemplate();
  assert.deepEqual(readFileText(template, 'f').problems, []);
  const active = template.replace(/^ {4}\/\/ (?=")/gm, '    ');
  const { values, problems } = readFileText(active, 'f');
  assert.deepEqual(problems, []);
  assert.equal(values.size, settingNames.length);
  assert.deepEqual(configOf(Object.fromEntries(values)), configOf());
});

test('a file of brackets, of unknown keys or of one long key ends nothing and says little', () => {
  const deep = readFileText(`{"node":{"name":${'['.repeat(100_000)}`, 'f');
  assert.equal(deep.problems.length, 1);
  assert.match(deep.problems[0]!.where, /^f:1:47$/);
  // Brackets that close nothing, or something else, bring no depth back.
  for (const part of ['[},', '{],"a":']) {
    const text = part.repeat(30_000) + '['.repeat(30_000);
    assert.equal(readFileText(text, 'f').problems.length, 1, part);
  }
  const stray = `{${']'.repeat(100_000)},"a":${'['.repeat(100_000)}`;
  assert.equal(readFileText(stray, 'f').problems.length, 1);
  const keys = Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`);
  assert.equal(readFileText(`{${keys.join()}}`, 'f').problems.length, 50);
  const [long] = readFileText(`{"${'k'.repeat(10_000)}":1}`, 'f').problems;
  assert.ok(long!.message.length < 100);
});
