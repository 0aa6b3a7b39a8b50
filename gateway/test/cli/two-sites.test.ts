/**
 * Two admins at their terminals: cards, pins, policy and uplinks, up to a message that is read at
 * the other site; and what they are told when something is wrong.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ExitCode } from '@muster/agent/cli';
import { muster, musterJson, type Place } from '../support/muster.ts';
import { startGateway, temporaryFolder } from '../support/real-gateway.ts';
import { startRelay } from '../support/real-relay.ts';

interface Uplinks {
  readonly uplinks: readonly { readonly name: string; readonly state: string }[];
}

const cardOf = async (site: Place): Promise<string> =>
  (await musterJson<{ card: string }>(site, 'site', 'card')).card;

/** As patient as a person at a terminal: who asks all the time meets the limits of the node. */
const pauseMs = 250;

/** Asks again until it holds; the runner's own limit ends what never does. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, pauseMs));
}

async function twoSites(t: TestContext) {
  const relay = await startRelay(t);
  const venue = await startGateway(t, { siteName: 'venue' });
  const harbour = await startGateway(t, { siteName: 'harbour' });
  const known = await musterJson<{ addresses: string[] }>(relay, 'relay', 'list');
  const [tcp, webSocket] = known.addresses as [string, string];
  await musterJson(venue, 'uplink', 'add', 'relay', tcp, '--name', 'sky');
  await musterJson(harbour, 'uplink', 'add', 'relay', webSocket, '--name', 'sky');
  const [venueCard, harbourCard] = [await cardOf(venue), await cardOf(harbour)];
  for (const card of [venueCard, harbourCard]) await musterJson(relay, 'relay', 'admit', card);
  for (const site of [venue, harbour]) {
    await until(async () => {
      const { uplinks } = await musterJson<Uplinks>(site, 'uplink', 'list');
      return uplinks[0]?.state === 'up';
    });
  }
  return { relay, venue, harbour, venueCard, harbourCard };
}

test('a message crosses to a pinned site and back, and stays when it is told to', async (t) => {
  const { venue, harbour, venueCard, harbourCard } = await twoSites(t);
  await musterJson(venue, 'site', 'pin', harbourCard);
  await musterJson(harbour, 'site', 'pin', venueCard);
  const shared = await muster(venue, 'policy', 'set', 'news', 'both', '--with', 'harbour');
  assert.match(shared.err, /There its admin runs: muster policy set "news@venue" both/);
  await musterJson(harbour, 'policy', 'set', 'news@venue', 'both');
  const reads = (site: Place, channel: string, text: string) =>
    until(async () => (await muster(site, 'tail', channel, '--no-follow')).out.includes(text));
  await muster(venue, 'send', 'news', 'stays', 'here', '--stay-local');
  await muster(venue, 'send', 'news', 'hello', 'harbour');
  await reads(harbour, 'news@venue', 'box@venue: hello harbour');
  await muster(harbour, 'send', 'news@venue', 'hello', 'venue');
  await reads(venue, 'news', 'box@harbour: hello venue');
  const there = await muster(harbour, 'tail', 'news@venue', '--no-follow');
  assert.ok(!there.out.includes('stays here'), there.out);
  const { steps } = await musterJson<{ steps: { ok: boolean }[] }>(venue, 'uplink', 'test', 'sky');
  assert.ok(steps.length > 1 && steps.every(({ ok }) => ok));
  const shown = await muster(venue, 'site', 'show');
  assert.match(shown.out, /harbour, key [0-9a-f ]+\n(.*\n)*\s+#news\s+both/);
  // Unpinned, nothing of it is shown any more.
  await musterJson(harbour, 'site', 'unpin', 'venue');
  await until(async () => {
    const { channels } = await musterJson<{ channels: { name: string }[] }>(
      harbour,
      'channel',
      'list',
    );
    return channels.every(({ name }) => name !== 'news@venue');
  });
});

test('an admin is told what is wrong, and what to do', async (t) => {
  const venue = await startGateway(t, { siteName: 'venue' });
  const card = await cardOf(venue);
  const cases: readonly (readonly [words: readonly string[], RegExp])[] = [
    [['site', 'pin', card], /card of this site itself/],
    [['site', 'pin', card.slice(0, -4)], /no site card, or a letter of it is wrong/],
    [['site', 'unpin', 'moon'], /No site is pinned as "moon"/],
    [['policy', 'set', 'cats', 'both', '--with', 'moon'], /no public channel "cats"/],
    [['policy', 'set', 'news', 'both'], /With which sites/],
    [['policy', 'set', 'news@moon', 'both'], /No site is pinned as "moon"/],
    [['uplink', 'test', 'sky'], /There is no uplink "sky"/],
    [['uplink', 'add', 'mqtt', 'mqtt://x', '--ca', '/nowhere'], /cannot be read/],
    [['uplink', 'add', 'mqtt', 'mqtt://x', '--channel', 'a=b'], /"a=b" is no channel/],
    [['mqtt', 'client', 'revoke', 'oven'], /no MQTT client "oven"/],
    [['mqtt', 'client', 'add', '../x'], /cannot name an MQTT client/],
    [['relay', 'list'], /No relay runs at /],
  ];
  for (const [words, message] of cases) {
    const { code, err } = await muster(venue, ...words);
    assert.equal(code, ExitCode.failed, words.join(' '));
    assert.match(err, message);
    assert.match(err, /\n {2}\S/, 'a mend');
  }
  const nowhere = await muster({ folder: temporaryFolder(t) }, 'uplink', 'list');
  assert.equal(nowhere.code, ExitCode.unreachable);
  assert.equal((await muster(venue, 'policy', 'set', 'news', 'sideways')).code, ExitCode.usage);
});

test('what speaks of this machine takes no address of another', async () => {
  const nowhere = { folder: '/nowhere' };
  for (const words of [
    ['uplink', 'list'],
    ['outbox', 'list'],
    ['relay', 'list'],
  ]) {
    const { code, err } = await muster(nowhere, ...words, '--url', 'http://10.0.0.1:8080');
    assert.equal(code, ExitCode.usage);
    assert.match(err, /unknown option '--url'/);
  }
});

test('what is empty says so, and what to do first', async (t) => {
  const venue = await startGateway(t);
  const said = async (...words: string[]) => {
    const { out, err } = await muster(venue, ...words);
    return out + err;
  };
  assert.match(await said('uplink', 'list'), /No uplinks.*muster uplink add/);
  assert.match(await said('outbox', 'list'), /No uplinks/);
  assert.match(await said('policy', 'list'), /Every channel stays local/);
  assert.match(await said('site', 'show'), /No site is pinned/);
  assert.match(await said('mqtt', 'client', 'list'), /No clients.*muster mqtt client add/);
  // An option that may be repeated leaves the name after it alone.
  const added = await said('mqtt', 'client', 'add', '--channel', 'a', '--channel', 'b', 'oven');
  assert.match(added, /User +oven\n/);
  assert.match(added, /May write +\S+\/channels\/a\/messages\n +\S+\/channels\/b\/messages\n/);
  assert.match(await said('doctor'), /uplinks +none: everything stays on site/);
});
