/** Plants clocks, timers, entropy and ways round the rule into the core, and sees each found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corePurity } from '../src/tidy/rules/core-purity.ts';

function faults(text: string, path = 'node-agent/core/src/node/node.ts'): string[] {
  return corePurity([{ path, text }]).map(({ line, message }) => `${line} ${message}`);
}

const planted = [
  'const t = Date.now();',
  'const t = new Date(0);',
  'let t: Date;',
  'const t = performance.now();',
  'const r = Math.random();',
  "const r = Math['random']();",
  'const { random } = Math;',
  'setTimeout(run, 5);',
  'setInterval(run, 5);',
  'setImmediate(run);',
  'queueMicrotask(run);',
  'crypto.randomUUID();',
  'const bytes = tools.getRandomValues(new Uint8Array(4));',
  'const key = await tools.subtle.importKey();',
  'const e = process.env;',
  'const b = Buffer.from([1]);',
  "console.log('x');",
  "fetch('http://x');",
  'globalThis.Date.now();',
  "globalThis['Da' + 'te'].now();",
  'self.setTimeout(run, 1);',
  "eval('1');",
  "new Function('return Date')();",
  "run.constructor('return Date')();",
  'declare const Datum: any;',
  'declare global { var clock: unknown }',
  "const x = await import('cborg');",
  "import { readFileSync } from 'node:fs';",
  "import { test } from 'node:test';",
  'names.sort((a, b) => a.localeCompare(b));',
  'const s = new Intl.Collator();',
];

for (const text of planted) {
  test(`found in core: ${text}`, () => {
    const found = faults(`// A comment with Date.now() in it.\n${text}\n`);
    assert.ok(found.length > 0);
    assert.ok(found.every((fault) => fault.startsWith('2 ')));
  });
}

test('injected things and plain arithmetic are no faults', () => {
  const text = `
    import { decode } from 'cborg';
    import type { Clock } from '../ports/clock.ts';
    export function next(clock: Clock, crypto: { sign(): void }, list: { Date: number }) {
      crypto.sign();
      const setTimeout = clock.after;
      const text = 'Date.now() and Math.random()'; // setInterval
      return { process: Math.max(list.Date, clock.monotonicMs()), text, setTimeout, decode };
    }`;
  assert.deepEqual(faults(text), []);
});

test('the rule is for the sources of core, its contract suites and fakes among them', () => {
  assert.deepEqual(faults('Date.now();', 'node-agent/core/test/node.test.ts'), []);
  assert.deepEqual(faults('Date.now();', 'node-agent/agent/src/main.ts'), []);
  const path = 'node-agent/core/src/testing/store-contract.ts';
  assert.equal(faults("import { test } from 'node:test';", path).length, 1);
});
