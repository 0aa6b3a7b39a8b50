/** Plants a wrong import, or a wrong read of the environment, and sees it found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environment } from '../src/tidy/rules/environment.ts';
import { importTable } from '../src/tidy/rules/import-table.ts';

const manifests = [
  { path: 'package.json', text: '{"devDependencies":{"fast-check":"1"}}' },
  { path: 'node-agent/core/package.json', text: '{"dependencies":{"cborg":"1"}}' },
];

function importFault(path: string, text: string): string | undefined {
  const findings = importTable([...manifests, { path, text }]);
  assert.ok(findings.length <= 1);
  return findings[0]?.message;
}

function environmentFaults(path: string, text: string): string[] {
  return environment([{ path, text }]).map(({ line, message }) => `${line} ${message}`);
}

const allowed = [
  ['node-agent/core/src/bundle/decode.ts', "import { decode } from 'cborg';"],
  ['node-agent/core/src/bundle/decode.ts', "import { limits } from '../limits.ts';"],
  ['node-agent/core/test/decode.test.ts', "import fc from 'fast-check';"],
  ['node-agent/core/test/decode.test.ts', "import { testing } from '@muster/core/testing';"],
  ['provisioning/test/site.test.ts', "import { c } from '@muster/adapters/crypto-sodium';"],
  ['node-agent/adapters/src/store-sqlite/index.ts', "import fs from 'node:fs';"],
  ['node-agent/adapters/src/a/testing/b.ts', "import { x } from '@muster/core/testing';"],
  ['node-agent/adapters/test/a.test.ts', "import { a } from '../src/a/index.ts';"],
  ['node-agent/agent/src/main.ts', "import { a } from '@muster/adapters/clock-system';"],
  ['node-agent/agent/src/http/etag.ts', "import { createHash } from 'node:crypto';"],
  ['node-agent/web/src/app.tsx', "import type { Link } from '@muster/core';"],
  ['node-agent/web/build/worker.ts', "import { gzip } from 'node:zlib';"],
  ['test-rig/src/sim/world.ts', "import { VirtualClock } from '@muster/core/testing';"],
  ['node-agent/setup/run.mjs', "import { prepare } from './prepare.mjs';"],
] as const;

const forbidden = [
  ['node-agent/core/src/a.ts', "import { x } from '@muster/adapters/a';", /must not import/],
  ['node-agent/core/src/a.ts', "import { x } from '../../adapters/src/a.ts';", /leaves the pack/],
  ['node-agent/core/src/a.ts', "export { x } from '@muster/agent';", /must not import/],
  ['node-agent/core/src/a.ts', "import { x } from '@muster/core';", /inside @muster\/core/],
  ['node-agent/core/src/a.ts', "import fs from 'node:fs';", /must not use node:fs/],
  ['node-agent/core/src/a.ts', "import { x } from 'lodash';", /lodash is not listed/],
  ['node-agent/core/src/a.ts', "import { x } from '../test/a.ts';", /never import tests/],
  ['node-agent/core/test/a.test.ts', "import { x } from '@muster/agent';", /must not import/],
  ['node-agent/adapters/src/a/x.ts', "import { y } from '../b/y.ts';", /a imports b/],
  ['node-agent/adapters/src/a/x.ts', "import { y } from '@muster/adapters/b';", /import \.\/files/],
  ['node-agent/adapters/src/a/x.ts', "import type { Y } from '@muster/agent';", /must not import/],
  ['node-agent/agent/src/a.ts', "import { x } from '@muster/core/testing';", /is for tests/],
  ['node-agent/agent/src/a.ts', "import { x } from '@muster/adapters/a/testing';", /for tests/],
  ['node-agent/adapters/src/a/x.ts', "import { y } from './testing/y.ts';", /is for tests/],
  ['node-agent/agent/src/a.ts', "import { x } from 'node:dgram';", /must not use node:dgram/],
  ['node-agent/agent/src/a.ts', "import { randomBytes } from 'node:crypto';", /node:crypto/],
  ['node-agent/agent/src/a.ts', "const x = await import('@muster/gateway');", /must not import/],
  ['node-agent/web/src/a.tsx', "import { x } from '@muster/agent';", /must not import/],
  ['node-agent/web/src/a.tsx', "import { gzip } from 'node:zlib';", /must not use node:zlib/],
  ['provisioning/src/a.ts', "import net from 'node:net';", /must not use node:net/],
  ['gateway/src/a.ts', "import { x } from '@muster/test-rig';", /must not import/],
  ['node-agent/setup/a.mjs', "import x from 'cborg';", /before anything is installed/],
  ['images/first-boot.mjs', 'export {};', /no application logic/],
] as const;

for (const [path, text] of allowed) {
  test(`allowed: ${path}: ${text}`, () => assert.equal(importFault(path, text), undefined));
}
for (const [path, text, reason] of forbidden) {
  test(`forbidden: ${path}: ${text}`, () => assert.match(importFault(path, text) ?? '', reason));
}

test('the environment is read where a program starts only', () => {
  const text = 'const a = process.env.A;\nconst b = process.argv;\nprocess.exitCode = 1;\n';
  assert.deepEqual(environmentFaults('test-rig/src/sim/main.ts', text), []);
  assert.deepEqual(environmentFaults('node-agent/setup/test.mjs', text), []);
  assert.deepEqual(environmentFaults('node-agent/web/vite.config.ts', text), []);
  assert.deepEqual(environmentFaults('node-agent/web/test/support/agent.ts', text), []);
  assert.deepEqual(environmentFaults('node-agent/agent/src/start.ts', text), [
    '1 only main files read process.env; take it as a parameter',
    '2 only main files read process.argv; take it as a parameter',
  ]);
});

test('the environment is not reached by another way', () => {
  const path = 'node-agent/agent/src/start.ts';
  assert.equal(environmentFaults(path, 'const { env } = process;').length, 1);
  assert.equal(environmentFaults(path, "const e = process['env'];").length, 1);
  assert.equal(environmentFaults(path, "import { env } from 'node:process';").length, 1);
  assert.deepEqual(environmentFaults(path, 'function f(process: Work) { process.env(); }'), []);
});
