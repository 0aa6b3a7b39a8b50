/** Questions at a terminal: lines, yes or no, and passphrases that nobody sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MusterError } from '@muster/core';
import type { CommandContext } from '../../src/cli/context.ts';
import { newPassphrase } from '../../src/cli/passphrase.ts';
import { type Input, Prompt } from '../../src/cli/prompt.ts';
import { Terminal } from '../../src/cli/terminal.ts';

/** What is typed, in the pieces in which it comes. */
function typing(chunks: readonly string[], isTTY: boolean) {
  const raw: boolean[] = [];
  let err = '';
  const input: Input = Object.assign(
    (async function* () {
      yield* chunks;
    })(),
    isTTY ? { isTTY, setRawMode: (on: boolean) => raw.push(on) } : {},
  );
  const output = { write: (text: string) => (err += text) };
  const noColour = true;
  const terminal = new Terminal({ out: output, err: output, json: false, debug: false, noColour });
  const world = { err: output, input: () => input, environment: {} };
  const context = { world, terminal } as unknown as CommandContext;
  return { prompt: new Prompt(context), context, raw, shown: () => err };
}

test('a passphrase is not shown, can be corrected, and raw mode always ends', async () => {
  const { prompt, raw, shown } = typing(['se', 'crx\u007fe', 't\rnext\r', 'ab\u0003'], true);
  assert.equal(await prompt.secret('Passphrase: '), 'secret');
  assert.equal(await prompt.secret('Again: '), 'next');
  await assert.rejects(prompt.secret('Once more: '), { code: 'interrupted' });
  assert.deepEqual(raw, [true, false, true, false, true, false]);
  assert.equal(shown(), 'Passphrase: \nAgain: \nOnce more: \n');
  const erased = typing(['wrong\u0015right\n'], true);
  assert.equal(await erased.prompt.secret('? '), 'right');
});

test('lines come whole, in any pieces, up to the end of input', async () => {
  const { prompt, shown } = typing(['one\r\ntw', 'o\nthree'], false);
  assert.equal(await prompt.line('? '), 'one');
  assert.equal(await prompt.secret('? '), 'two');
  assert.equal(await prompt.line('? '), 'three');
  assert.equal(await prompt.line('? '), undefined);
  assert.equal(shown(), '', 'nobody is asked where nobody sits');
});

test('yes, no, anything else is asked again, and nobody is an error with a mend', async () => {
  const { prompt } = typing(['perhaps\nYES\n\n'], true);
  assert.equal(await prompt.confirm('Sure?', undefined), true);
  assert.equal(await prompt.confirm('Sure?', undefined), false);
  assert.equal(await prompt.confirm('Sure?', true), true);
  const nobody = typing([], false).prompt.confirm('Sure?', undefined);
  await assert.rejects(nobody, (error: MusterError) => /--yes/.test(error.mend));
});

test('a new passphrase is typed twice until both are the same', async () => {
  const typed = ['first try\r', 'other\r', 'right one\r', 'right one\r'];
  const { prompt, context, shown } = typing(typed, true);
  assert.equal(await newPassphrase(context, prompt, {}), 'right one');
  assert.match(shown(), /These two differ/);
  assert.ok(!shown().includes('right one'));
});
