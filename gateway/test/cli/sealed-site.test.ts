/** A site whose keys lie in a vault elsewhere: its policy is still set from the terminal. */
import assert from 'node:assert/strict';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ExitCode } from '@muster/agent/cli';
import { muster, musterJson } from '../support/muster.ts';
import { startGateway, temporaryFolder } from '../support/real-gateway.ts';

test('cards, pins and policies need the vault, wherever it lies, and its passphrase', async (t) => {
  const venue = await startGateway(t, { siteName: 'venue' });
  const harbour = await startGateway(t, { siteName: 'harbour' });
  const keys = temporaryFolder(t);
  const file = join(keys, 'passphrase');
  writeFileSync(file, 'four words are good');
  const sealed = ['--passphrase-file', file];
  await musterJson(venue, 'site', 'protect', '--yes', ...sealed);
  renameSync(join(venue.folder, 'admin.vault'), join(keys, 'admin.vault'));
  copyFileSync(join(venue.folder, 'site.json'), join(keys, 'site.json'));
  const own = ['--keys', keys, ...sealed];
  const { card } = await musterJson<{ card: string }>(venue, 'site', 'card', ...own);
  assert.match(card, /^MUSTER-SITE/);
  const theirs = await musterJson<{ card: string }>(harbour, 'site', 'card');
  await musterJson(venue, 'site', 'pin', theirs.card, ...own);
  const shared = ['policy', 'set', 'news', 'both', '--with', 'harbour'];
  const set = await musterJson<{ revision: number }>(venue, ...shared, ...own);
  assert.equal(set.revision, 2);
  assert.match((await muster(venue, 'policy', 'list')).out, /#news +both +harbour/);
  const without = await muster(venue, ...shared);
  assert.equal(without.code, ExitCode.failed);
  assert.match(without.err, /neither a vault .* nor an open root key/);
  const unheard = await muster(venue, ...shared, '--keys', keys);
  assert.match(unheard.err, /passphrase of the vault is needed/);
});
