/** What a node asks for in its TLS certificate, and what becomes of it while nobody answers. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import { adminLimits } from '../../src/admin/limits.ts';
import type { HeardNode } from '../../src/admin/site-board.ts';
import { TlsPapers } from '../../src/admin/tls-papers.ts';

const key = new Uint8Array(32).fill(1);

function heard(name: string, fill: number): HeardNode {
  const report = { name } as HeardNode['report'];
  return { key: new Uint8Array(32).fill(fill), name, report } as HeardNode;
}

/** Papers in virtual time, of a machine whose neighbours can be changed. */
function papersOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = new FakeClock();
  const known = { nodes: [heard('Bar', 1)] };
  const papers = new TlsPapers({
    ...{ folder, site: new Uint8Array(16), siteKey: new Uint8Array(32), clock },
    ...{ crypto: createSodiumCrypto(), random: new SeededRandom(1) },
    logger: createMemoryLogger(),
    author: { key, write: () => {} },
    names: () => ({ dns: ['vm.local', 'bar.local', 'localhost'], addresses: ['10.0.0.2'] }),
    heard: () => known.nodes,
    onCertificate: () => {},
  });
  return { clock, known, papers };
}

test('machines of one image ask for the names that no other node goes by', async (t) => {
  const { known, papers } = papersOf(t);
  known.nodes = [heard('vm', 2), heard('Bar', 1)];
  await papers.look();
  assert.deepEqual(papers.request?.names, ['bar.local', 'localhost', '10.0.0.2']);
});

test('while nobody answers it asks again, by what it has heard since, and says so', async (t) => {
  const { clock, known, papers } = papersOf(t);
  await papers.look();
  assert.equal(papers.request?.names[0], 'vm.local');
  known.nodes = [heard('vm', 2), heard('Bar', 1)];
  await papers.look();
  assert.equal(papers.request?.names[0], 'vm.local', 'not at every report');
  clock.advance(adminLimits.tlsAskEveryMs);
  await papers.look();
  assert.equal(papers.request?.names[0], 'bar.local');
  assert.equal(papers.isUnheard, false);
  clock.advance(adminLimits.tlsUnheardMs);
  assert.equal(papers.isUnheard, true);
});
