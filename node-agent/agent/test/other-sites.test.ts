/**
 * Other sites' channels at the edge of a whole agent: in the list, on the socket, on the command
 * line; and what is signed for MQTT clients. Federation itself is tested in core.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  BundleKind,
  Crossing,
  checkSitePolicy,
  composeBundle,
  decodeFields,
  encodeMessage,
  fromBase64url,
  Lane,
  newChain,
  type PutAnswer,
  pinOf,
  Role,
  rootIssuer,
  Scope,
  type SitePolicy,
  signSitePolicy,
  signTicket,
  siteChannelTag,
  siteIdOf,
  standingOf,
  ticketIdOf,
  toBase64url,
} from '@muster/core';
import { readSite, readSiteRoot } from '@muster/provisioning';
import { authorText } from '../src/cli/commands/tail.ts';
import { type RunningAgent, startAgent, temporaryFolder } from './support/real-agent.ts';
import { muster } from './support/run-muster.ts';
import { connect, type Frame } from './support/test-client.ts';
import { Uplink } from './support/uplink.ts';

async function world(t: TestContext) {
  const uplink = new Uplink();
  const agent = await startAgent(t, { extensions: [uplink] });
  const { crypto, random } = agent.parts;
  const ownRoot = rootOf(agent);
  const root = crypto.keyPairFromSeed(random.bytes(32));
  const site = siteIdOf(crypto, root.publicKey);
  const harbour = pinOf(crypto, { siteKey: root.publicKey, name: 'harbour', relays: [] });
  const tag = siteChannelTag(crypto, root.publicKey, 'news');
  const own = siteIdOf(crypto, ownRoot.publicKey);
  const general = siteChannelTag(crypto, ownRoot.publicKey, 'general');
  const tides = siteChannelTag(crypto, root.publicKey, 'tides');
  const budget = { bundlesPerMinute: 0, bytesPerMinute: 0 };
  const rules = [
    { tag, name: 'news', home: site, crossing: Crossing.subscribe, peers: [site], ...budget },
    { tag: general, name: 'general', home: own, crossing: Crossing.both, peers: [site], ...budget },
    { tag: tides, name: 'tides', home: site, crossing: Crossing.both, peers: [site], ...budget },
  ];
  let revision = 0;
  const adopt = (change: Partial<SitePolicy>): Uint8Array => {
    revision += 1;
    const policy = { site: own, revision, pins: [harbour], rules, ...change };
    const wire = signSitePolicy(crypto, policy, rootIssuer(ownRoot));
    assert.equal(uplink.host.node.adoptPolicy(wire).ok, true);
    return wire;
  };
  const bring = (name: string, text: string, role: Role): Promise<PutAnswer> => {
    const key = crypto.keyPairFromSeed(random.bytes(32));
    const empty = new Uint8Array(0);
    const fields = { site, subject: key.publicKey, role, serial: 1, epoch: 0 };
    const ticket = signTicket(crypto, fields, { key: root, certificate: empty });
    const author = { key, site, ticket: ticketIdOf(crypto, ticket) };
    const draft = {
      kind: BundleKind.message,
      tag,
      lane: Lane.normal,
      lifetimeS: 3600,
      hopLimit: 5,
      stamp: { ms: agent.parts.clock.wall().unixMs, counter: 0 },
      quality: 1,
      payload: encodeMessage({ name, text }),
    } as const;
    const { bundle } = composeBundle(crypto, author, { chain: newChain, draft });
    const { signed, signature } = bundle;
    return uplink.bring({ signed, signature, ageMs: 0, hops: 1, ticket });
  };
  return { agent, uplink, harbour, tag, adopt, bring };
}

function rootOf(agent: RunningAgent) {
  const { crypto } = agent.parts;
  const site = readSite(agent.folder);
  const root = site && readSiteRoot(crypto, agent.folder, site);
  assert.ok(root);
  return root;
}

test('phones get the channels of other sites and the policy as the site signed it', async (t) => {
  const { agent, adopt, tag, harbour } = await world(t);
  const client = connect(t, agent);
  await client.open();
  assert.equal((await client.next('channels')).policy, undefined);
  const wire = adopt({});
  const { channels, policy } = await client.next('channels');
  assert.equal(policy, toBase64url(wire));
  const siteKey = agent.identity.site.siteKey;
  const trust = {
    crypto: agent.parts.crypto,
    siteKey,
    site: siteIdOf(agent.parts.crypto, siteKey),
  };
  assert.ok(checkSitePolicy({ ...trust, epoch: 0 }, fromBase64url(policy)!).ok);
  const [general, news] = channels;
  assert.deepEqual(general.crosses, { publish: true, subscribe: true, sites: ['harbour'] });
  assert.deepEqual(news, {
    tag: toBase64url(tag),
    name: 'news@harbour',
    kind: 'federated',
    topic: '',
    creator: toBase64url(harbour.siteKey),
    home: toBase64url(harbour.siteKey),
    writable: false,
    crosses: { publish: false, subscribe: true, sites: ['harbour'] },
  });
  const answered = await (await fetch(`${agent.url}/api/v1/channels`)).json();
  assert.deepEqual(answered, { channels });
  adopt({ pins: [], rules: [] });
  assert.equal((await client.next('channels')).channels.length, 1);
});

test('who is more than a guest comes with the ticket that proves it', async (t) => {
  const { agent, uplink, adopt, bring, tag, harbour } = await world(t);
  adopt({});
  assert.equal((await bring('Mira', 'high tide at nine', Role.staff)).ok, true);
  assert.equal((await bring('Jo', 'thanks', Role.user)).ok, true);
  const client = connect(t, agent);
  await client.open();
  client.say({ type: 'page', ref: 'p', tag: toBase64url(tag) });
  const { items } = await client.next('page');
  const [staff, user] = ['staff', 'user'].map((role) =>
    items.find((item: { role: string }) => item.role === role),
  );
  const fields = decodeFields(fromBase64url(staff.signed)!);
  assert.ok(fields.ok);
  const { crypto } = agent.parts;
  const trust = { crypto, siteKey: harbour.siteKey, site: harbour.site, epoch: 0 };
  const standing = standingOf(trust, fromBase64url(staff.ticket)!, fields.value.author);
  assert.ok(user.ticket);
  assert.deepEqual(standing, { role: Role.staff, nodeName: '' });
  client.say({ type: 'follow', tag: toBase64url(client.tag) });
  const reading = { tag: client.tag, name: 'sensor-1', text: '21.5 C' };
  await uplink.writeFor('sensor-1', reading);
  const { items: live } = await client.next('bundles');
  assert.equal(live[0].role, 'node');
  assert.ok(live[0].ticket.length > 0);
});

test('the command line lists, reads and writes as the policy lets it', async (t) => {
  const { agent, uplink, adopt, bring } = await world(t);
  adopt({});
  await bring('Mira@camp', 'high tide at nine', Role.staff);
  const own = ['--url', agent.url, '--data', temporaryFolder(t)];
  const list = await muster(['channel', 'list', ...own]);
  assert.match(list.out, /^#general +site +crosses to and from harbour$/m);
  assert.match(list.out, /^#news@harbour +federated +read only$/m);
  assert.match(list.out, /^#tides@harbour +federated +read and write$/m);
  const tail = await muster(['tail', 'news@harbour', '--no-follow', ...own]);
  assert.match(tail.out, /^\d\d:\d\d Mira_camp@harbour \(staff\): high tide at nine\n$/);
  const json = JSON.parse(
    (await muster(['tail', 'news@harbour', '--no-follow', '--json', ...own])).out,
  );
  assert.deepEqual([json.name, json.site.name, json.role], ['Mira@camp', 'harbour', 'staff']);
  await bring('Jo', 'thanks', Role.user);
  const user = await muster(['tail', 'news@harbour', '--no-follow', '-n', '1', '--json', ...own]);
  assert.equal(JSON.parse(user.out).role, 'user');
  const sent = await muster(['send', 'news@harbour', 'hi', ...own]);
  assert.equal(sent.code, 1);
  assert.match(sent.err, /This site reads #news@harbour and does not write there/);
  assert.equal((await muster(['send', 'tides@harbour', 'ebb', '--as', 'Ada', ...own])).code, 0);
  const shown = await muster(['channel', 'show', 'tides@harbour', ...own]);
  assert.match(shown.out, /^#tides@harbour \(federated\)$/m);
  assert.doesNotMatch(shown.out, /Code/);

  const tag = connect(t, agent).tag;
  await uplink.writeFor('sensor-1', { tag, name: 'sensor-1', text: '21.5 C' });
  const box = await muster(['tail', 'general', '--no-follow', ...own]);
  assert.match(box.out, /sensor-1 \(MQTT, via box\): 21\.5 C\n$/);
  assert.equal((await muster(['send', 'general', 'only us', '--stay-local', ...own])).code, 0);
  const staying = await muster(['tail', 'general', '--no-follow', '-n', '1', '--json', ...own]);
  assert.equal(JSON.parse(staying.out).staysHere, true);
});

test('nobody at this site takes the name of another site’s channel', async (t) => {
  const { agent, adopt } = await world(t);
  adopt({});
  const own = ['--url', agent.url, '--data', temporaryFolder(t)];
  const client = connect(t, agent);
  await client.open();
  assert.equal((await muster(['channel', 'create', 'tides@harbour', ...own])).code, 0);
  await client.next('channels', ({ channels }) =>
    channels.some((one: Frame) => one.kind === 'public' && one.name === 'tides@harbour'),
  );
  await muster(['send', 'tides@harbour', 'to the real one', ...own]);
  const tail = await muster(['tail', 'tides@harbour', '--no-follow', '-n', '1', '--json', ...own]);
  assert.equal(JSON.parse(tail.out).text, 'to the real one');
  const show = await muster(['channel', 'show', 'tides@harbour', ...own]);
  assert.match(show.out, /\(federated\)/);
});

test('no claimed name looks like another site, a role or a device', () => {
  const fields = { author: new Uint8Array(32), scope: Scope.anywhere } as never;
  const plain = { fields, from: undefined, role: Role.guest, via: undefined };
  assert.deepEqual(authorText({ ...plain, name: 'Mira@harbour (staff)' }), [
    'Mira_harbour _staff_',
    '',
  ]);
  const via = { client: 'sensor-1', node: 'Box 3' };
  const device = { ...plain, role: Role.node, via };
  assert.deepEqual(authorText({ ...device, name: 'sensor-1' }), ['sensor-1', ' (MQTT, via Box 3)']);
  assert.deepEqual(authorText({ ...device, name: '' }), ['sensor-1', ' (MQTT, via Box 3)']);
  assert.deepEqual(authorText({ ...device, name: 'Door' }), [
    'Door',
    ' (MQTT sensor-1, via Box 3)',
  ]);
});
