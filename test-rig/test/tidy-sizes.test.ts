/** Plants files, functions and lines that are too long, and sees them found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizes } from '../src/tidy/rules/sizes.ts';

function found(path: string, text: string): string[] {
  return sizes([{ path, text }]).map(
    ({ line, message, warning }) => `${warning ? 'warning ' : ''}${line} ${message}`,
  );
}

function lines(count: number, line = '//\n'): string {
  return line.repeat(count);
}

test('files: fine to 300 lines, a warning to 500, then a fault', () => {
  const path = 'node-agent/core/src/a.ts';
  assert.deepEqual(found(path, lines(300)), []);
  assert.deepEqual(found(path, lines(301)), ['warning 0 301 lines; look at it again']);
  assert.deepEqual(found(path, lines(501)), ['0 501 lines; 500 are the most']);
  assert.deepEqual(found('docs/ARCHITECTURE.md', lines(501)), []);
});

test('functions of every form end at 70 lines', () => {
  const path = 'node-agent/web/src/a.tsx';
  const body = (count: number) => `{\n${lines(count - 2)}}`;
  assert.deepEqual(found(path, `function f() ${body(70)}`), []);
  const fault = 'f has 71 lines; 70 are the most';
  assert.deepEqual(found(path, `\nfunction f() ${body(71)}`), [`2 ${fault}`]);
  assert.deepEqual(found(path, `const f = async () => ${body(71)};`), [`1 ${fault}`]);
  assert.deepEqual(found(path, `class A { f() ${body(71)} }`), [`1 ${fault}`]);
  assert.deepEqual(found(path, `const a = { f() ${body(71)} };`), [`1 ${fault}`]);
  assert.equal(found(path, `run(function () ${body(71)});`).length, 1);
  assert.equal(
    found(path, `const view = () => <p title="it's">\n${lines(70, 'x\n')}</p>;`).length,
    1,
  );
});

test('a list of tests may be long, in tests and contract suites only', () => {
  const list = `describe('a', () => {\n  test('b', () => {});\n${lines(80)}});`;
  assert.deepEqual(found('node-agent/core/test/a.test.ts', list), []);
  assert.equal(found('node-agent/core/src/a.ts', list).length, 1);
  const suite = `function contract(tools) {\n  tools.test('b', () => {});\n${lines(80)}}`;
  assert.deepEqual(found('node-agent/core/src/testing/contract.ts', suite), []);
  const single = `test('b', () => {\n${lines(80)}});`;
  assert.equal(found('node-agent/core/test/a.test.ts', single).length, 1);
});

test('lines end at 100 columns, but for web addresses', () => {
  const path = 'test-rig/src/a.ts';
  assert.deepEqual(found(path, `// ${'x'.repeat(97)}\n`), []);
  assert.deepEqual(found(path, `\n// ${'x'.repeat(98)}\n`), ['2 101 columns; 100 are the most']);
  assert.deepEqual(found(path, `// ${'😀'.repeat(97)}\n`), []);
  assert.deepEqual(found(path, `// https://example.org/${'x'.repeat(98)}\n`), []);
  assert.deepEqual(found('docs/a.md', 'x'.repeat(200)), []);
  assert.equal(found('.ci/run', `# ${'x'.repeat(120)}`).length, 1);
});
