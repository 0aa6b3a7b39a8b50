/** What is granted to a node through the mesh: renewed certificates, TLS certificates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  encodeGrant,
  GrantKind,
  grantTag,
  NodeRole,
  Scope,
  signCertificate,
  toBase64url,
} from '@muster/core';
import {
  ensureServerCertificate,
  readAuthorityCertificate,
  readNode,
  readSite,
  readTls,
} from '@muster/provisioning';
import { anyFreePort } from '../../src/cli/ports.ts';
import { startAgent } from '../support/real-agent.ts';
import { act, TestAdmin } from '../support/test-admin.ts';
import { connect, type Frame, type TestClient } from '../support/test-client.ts';

/** The admin's key grants something to a node, as an ordinary put beside its act. */
async function grant(
  client: TestClient,
  to: Uint8Array,
  what: { readonly kind: number; readonly content: Uint8Array },
): Promise<void> {
  const { crypto } = client.agent.parts;
  const { site } = new TestAdmin(client.agent);
  const draft = { kind: BundleKind.grant, tag: grantTag(crypto, site, to), scope: Scope.site };
  client.put(client.compose({ ...draft, payload: encodeGrant(what) }), 'grant');
  await client.next('held', ({ ref }) => ref === 'grant');
}

test('a renewed certificate is taken, kept, and what the node writes rests on it', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  const { crypto } = agent.parts;
  const nodeKey = agent.identity.node.key.publicKey;
  const client = await admin.connect(t);
  const certify = (name: string, key: Uint8Array) =>
    signCertificate(
      crypto,
      {
        ...{ site: admin.site, nodeKey: key, role: NodeRole.gateway, capabilities: 0 },
        ...{ epoch: 2 ** 32 - 1, name },
      },
      admin.issuer,
    );
  const content = certify('Blue box', nodeKey);
  await grant(client, nodeKey, {
    kind: GrantKind.certificate,
    content: certify('x', admin.key.publicKey),
  });
  await grant(client, nodeKey, { kind: GrantKind.certificate, content: content.slice(1) });
  await grant(client, nodeKey, { kind: 99, content });
  await grant(client, nodeKey, {
    kind: GrantKind.certificate,
    content: certify('Red box', nodeKey),
  });
  assert.equal(readNode(crypto, agent.folder, readSite(agent.folder)!)!.name, 'Red box');
  const kept = () => readNode(crypto, agent.folder, readSite(agent.folder)!)!;
  await grant(client, nodeKey, { kind: GrantKind.certificate, content });
  assert.equal(kept().name, 'Blue box');
  assert.deepEqual(kept().certificate, content);
  client.say({ type: 'admin-watch' });
  const { nodes } = await client.next('site', (frame) => frame.nodes[0]?.name === 'Blue box');
  assert.equal(nodes[0].report.role, 'gateway');
  // What was in force before comes again: from a guest, and at the next start out of the store.
  const older = certify('Red box', nodeKey);
  const guest = connect(t, agent);
  await guest.open();
  await grant(guest, nodeKey, { kind: GrantKind.certificate, content: older });
  assert.equal(kept().name, 'Blue box');
  await agent.stop();
  const again = await startAgent(t, { folder: agent.folder });
  assert.equal(kept().name, 'Blue box');
  const told = await (await fetch(`${again.url}/api/v1/node`)).json();
  assert.equal((told as Frame).name, 'Blue box');
});

test('who watches sees who revoked what', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  const client = await admin.connect(t);
  client.say({ type: 'admin-watch' });
  const nodeKey = agent.identity.node.key.publicKey;
  await act(client, { command: 'list.set', documents: [admin.list([nodeKey])] });
  const view = await client.next('site', ({ revoked }) => revoked.length > 0);
  assert.equal(view.revoked[0].by, toBase64url(admin.key.publicKey));
});

test('a box without the site’s authority is granted its TLS certificate', async (t) => {
  const first = await startAgent(t, { config: { httpTlsPort: await anyFreePort('127.0.0.1') } });
  const { crypto, random, clock } = first.parts;
  const { unixMs } = clock.wall();
  const asked = { crypto, random, siteName: 'Camp', unixMs, hostName: 'box', addresses: [] };
  await ensureServerCertificate(first.folder, asked);
  const config = {
    meshBootstrap: first.meshAddresses(),
    httpTlsPort: await anyFreePort('127.0.0.1'),
  };
  const second = await startAgent(t, { siteOf: first, config });
  const client = await new TestAdmin(first).connect(t);
  client.say({ type: 'admin-watch' });
  const key = toBase64url(second.identity.node.key.publicKey);
  const isAsking = ({ nodes }: Frame) =>
    nodes.some((node: Frame) => node.key === key && node.report.tlsRequest);
  await client.next('site', isAsking as never);
  const isTaken = () => second.logLines.some((line) => line.includes('TLS certificate taken'));
  for (let n = 0; n < 100 && !isTaken(); n++) await new Promise((go) => setTimeout(go, 50));
  assert.match(readTls(second.folder)!.webCertificate, /BEGIN CERTIFICATE/);
  const answer = await fetch(`${second.url}/site-ca.pem`);
  assert.equal(await answer.text(), readAuthorityCertificate(first.folder));
});
