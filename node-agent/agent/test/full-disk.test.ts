/** A disk that runs full under a running node: every put is answered, and the node goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import {
  BundleKind,
  composeBundle,
  encodeMessage,
  Lane,
  newChain,
  Role,
  siteChannelTag,
  siteIdOf,
  ticketIdOf,
} from '@muster/core';
import { createSite, issueTicket, writeSite } from '@muster/provisioning';
import { anyFreePort } from '../src/cli/ports.ts';
import { NodeSession } from '../src/client/node-session.ts';
import { temporaryFolder } from './support/real-agent.ts';
import { spawnMuster } from './support/run-muster.ts';

test('on a disk that fills up, puts are held or refused for now, and room is made', async (t) => {
  const crypto = createSodiumCrypto();
  const random = createSystemRandom();
  const [prepared, data] = [temporaryFolder(t), temporaryFolder(t)];
  const site = createSite(crypto, random, 'Camp');
  writeSite(prepared, site, site.root);
  const port = await anyFreePort('127.0.0.1');
  // A disk of its own that ends with the process, in a mount namespace that nobody else sees.
  const mount = `mount -t tmpfs -o size=12m tmpfs ${data}`;
  const script = `${mount} && cp ${prepared}/* ${data} && exec "$@"`;
  const own = process.getuid?.() === 0 ? '-m' : '-rm';
  const under = ['unshare', own, 'sh', '-c', script, 'sh'];
  const node = spawnMuster(t, ['run', '--data', data, '--port', String(port)], { under });
  await node.until('"event":"ready"');

  const url = `http://127.0.0.1:${port}`;
  const tag = siteChannelTag(crypto, site.siteKey, 'general');
  const fill = async (serial: number, count: number, bytes: number): Promise<string[]> => {
    const key = crypto.keyPairFromSeed(random.bytes(32));
    const ticket = issueTicket(crypto, site, { subject: key.publicKey, role: Role.staff, serial });
    const session = await NodeSession.open({ url, crypto, key, name: 'w', tickets: [ticket] });
    const author = {
      key,
      site: siteIdOf(crypto, site.siteKey),
      ticket: ticketIdOf(crypto, ticket),
    };
    const payload = encodeMessage({ name: 'w', text: 'x'.repeat(bytes) });
    const states: string[] = [];
    let chain = newChain;
    for (let i = 0; i < count; i++) {
      const stamp = { ms: 1_800_000_000_000 + serial, counter: i };
      const kind = BundleKind.message;
      const rest = { lane: Lane.normal, lifetimeS: 86_400, hopLimit: 5, quality: 1 } as const;
      const draft = { kind, tag, stamp, payload, ...rest };
      const made = composeBundle(crypto, author, { chain, draft });
      chain = made.chain;
      const { signed, signature } = made.bundle;
      const outcome = await session.put({ signed, signature, ticket, ageMs: 0 });
      states.push(outcome.state === 'held' ? 'held' : `${outcome.reason} ${outcome.retry}`);
    }
    session.close();
    return states;
  };
  for (let serial = 1; serial <= 4; serial++) {
    const states = new Set(await fill(serial, 100, 30_000));
    for (const state of states) assert.ok(['held', 'store-full true'].includes(state), state);
  }
  const last = await fill(9, 3, 20);
  assert.deepEqual(last, ['held', 'held', 'held'], 'a short message finds room');
  assert.equal((await fetch(`${url}/ready`)).status, 200);
  node.child.kill('SIGTERM');
  assert.equal((await node.ended).code, 0);
});
