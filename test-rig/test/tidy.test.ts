/** The repository as it stands is tidy, and finding that out stays quick. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRepository } from '../src/tidy/repository.ts';
import { describeFinding, tidy } from '../src/tidy/tidy.ts';

test('this repository keeps the tidy rules', () => {
  const files = readRepository();
  assert.ok(
    files.some(({ path }) => path === 'node-agent/core/src/limits.ts'),
    'reads the sources',
  );
  const faults = tidy(files).filter(({ warning }) => !warning);
  assert.ok(faults.length === 0, ['', ...faults.map(describeFinding)].join('\n'));
});

test('a source file that cannot be parsed is a finding, and the others are still read', () => {
  const findings = tidy([
    { path: 'provisioning/src/main.ts', text: '// Broken.\nconst = 1;\n' },
    { path: 'node-agent/core/src/index.ts', text: '// Entry.\nexport const now = Date.now();\n' },
    { path: 'package.json', text: '{"exports":"node-agent/core/src/index.ts"}' },
  ]);
  assert.match(findings.map(describeFinding).join('\n'), /main\.ts {2}cannot be read: .*\(2:6\)/);
  assert.match(findings.map(describeFinding).join('\n'), /index\.ts:2 {2}Date is a clock/);
});
