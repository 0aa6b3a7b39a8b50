/** Plants names of files and commands that do not exist into documents, and sees them found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documents } from '../src/tidy/rules/documents.ts';

const repository = [
  { path: 'package.json', text: '{"scripts":{"start":"x","test":"x","rig":"x"}}' },
  { path: 'node-agent/core/src/limits.ts', text: '' },
  { path: 'node-agent/core/src/bundle/decode.ts', text: '' },
  { path: 'docs/TESTING.md', text: '' },
  { path: 'docs/protocol/api.md', text: '' },
  { path: 'docs/images/chat 360.png' },
];

function faults(text: string, path = 'docs/GUIDE.md'): string[] {
  return documents([...repository, { path, text }]).map(({ message }) => message);
}

test('names of things that exist are no faults', () => {
  assert.deepEqual(
    faults(
      [
        'See `node-agent/core/src/limits.ts`, `node-agent/core/`, [tests](TESTING.md#how),',
        '[the API](./protocol/api.md), [up](../package.json), ![a picture](images/chat%20360.png)',
        '`bundle/decode.ts`, `limits.ts:12`, `npm test`, `npm run rig -- venue`, `npm ci`.',
        '```',
        'npm start -- --nodes 3',
        'node node-agent/core/src/limits.ts',
        '```',
      ].join('\n'),
    ),
    [],
  );
});

test('what is no path of the repository, a glob, a placeholder or a build is left alone', () => {
  assert.deepEqual(
    faults(
      [
        '`docs/protocol/vectors/*.json`, `docs/adr/NNNN-title.md`',
        '`node-agent/web/dist/index.html`',
        '`@muster/core`, `/api/v1/node`, `muster.json`, `a/b`, `docs/<name>.md`, `./.muster`',
        '[web](https://example.org/docs/none.md), [here](#part), `held/refused`, `.ts`',
      ].join('\n'),
    ),
    [],
  );
});

test('what does not exist is found', () => {
  assert.deepEqual(faults('`node-agent/core/src/gone.ts`'), [
    'no such path: node-agent/core/src/gone.ts',
  ]);
  assert.deepEqual(faults('`gone.ts`'), ['no such path: gone.ts']);
  assert.deepEqual(faults('`bundle/gone.ts`'), ['no such path: bundle/gone.ts']);
  assert.deepEqual(faults('[x](protocol/gone.md)'), ['the link leads nowhere: protocol/gone.md']);
  assert.deepEqual(faults('![x](images/gone.png)'), ['the link leads nowhere: images/gone.png']);
  assert.deepEqual(faults('`npm run gone`'), ['no script: npm run gone']);
  assert.deepEqual(faults('    npm run gone -- x'), ['no script: npm run gone']);
  assert.deepEqual(faults('`npm go`'), ['no script: npm go']);
  assert.deepEqual(faults('node test-rig/src/gone.ts', 'README.md'), [
    'no such path: test-rig/src/gone.ts',
  ]);
});

test('the change log is history, and may name what is gone', () => {
  assert.deepEqual(faults('`node-agent/gone.ts`', 'CHANGELOG.md'), []);
});

test('a decision record that the index does not list is found', () => {
  const index = { path: 'docs/adr/README.md', text: '[one](0001-one.md)' };
  const one = { path: 'docs/adr/0001-one.md', text: '' };
  const two = { path: 'docs/adr/0002-two.md', text: '' };
  assert.deepEqual(
    documents([index, one, two]).map(({ path }) => path),
    ['docs/adr/0002-two.md'],
  );
});
