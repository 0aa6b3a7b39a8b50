/** The words of `npm run sim`: what is not understood is said, with what would be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { help, readWords } from '../../src/sim/cli.ts';

test('without words it is one world of 12 boxes and 48 hours', () => {
  const asked = readWords([]);
  assert.ok(typeof asked === 'object');
  const { seed, nodes, hours, scenario, seeds } = asked;
  assert.deepEqual(
    { seed, nodes, hours, scenario, seeds },
    {
      ...{ seed: 1, nodes: 12, hours: 48, scenario: 'any', seeds: undefined },
    },
  );
});

test('what makes no sense is answered in a sentence', () => {
  assert.match(String(readWords(['--seed', 'one'])), /--seed takes a whole number/);
  assert.match(String(readWords(['--nodes', '0'])), /--nodes takes a whole number/);
  assert.match(String(readWords(['--scenario', 'flood'])), /no scenario "flood"/);
  assert.match(String(readWords(['--sed', '1'])), /--sed/);
  assert.match(String(readWords(['--minimise', '--seeds', '9'])), /for one world/);
});

test('the help names every word', () => {
  for (const word of ['seed', 'seeds', 'minimise', 'plan', 'kept', 'planted', 'json', 'storm']) {
    assert.ok(help.includes(word), word);
  }
});
