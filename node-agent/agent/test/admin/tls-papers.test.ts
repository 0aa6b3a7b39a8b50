import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import type { HeardNode } from '../../src/admin/site-board.ts';
import { TlsPapers } from '../../src/admin/tls-papers.ts';

const key = new Uint8Array(32).fill(1);

function heard(name: string, fill: number): HeardNode {
  const report = { name } as HeardNode['report'];
  return { key: new Uint8Array(32).fill(fill), name, report } as HeardNode;
}

test('machines of one image ask for the names that no other node goes by', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const papers = new TlsPapers({
    ...{ folder, site: new Uint8Array(16), siteKey: new Uint8Array(32) },
    ...{ clock: new FakeClock(), crypto: createSodiumCrypto(), random: new SeededRandom(1) },
    logger: createMemoryLogger(),
    author: { key, write: () => {} },
    names: () => ({ dns: ['vm.local', 'bar.local', 'localhost'], addresses: ['10.0.0.2'] }),
    heard: () => [heard('vm', 2), heard('Bar', 1)],
    onCertificate: () => {},
  });
  await papers.look();
  assert.deepEqual(papers.request?.names, ['bar.local', 'localhost', '10.0.0.2']);
});
