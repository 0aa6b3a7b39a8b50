/**
 * Boxes claimed at the terminal: by label, from a picture, by invite with a second claimant, from a
 * printed dozen, in place of a dead node; and a phone that becomes an admin.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ClaimSubject, claimIdOf, decodeClaimCode, toBase64url } from '@muster/core';
import { readNode, readSite, settleFolder } from '@muster/provisioning';
import { nearAddress } from '../../src/claim/near-address.ts';
import { postClaim } from '../../src/claim/post.ts';
import { type RunningBlank, startBlank } from '../support/blank.ts';
import { type RunningAgent, startAgent, temporaryFolder } from '../support/real-agent.ts';
import { muster, type Outcome } from '../support/run-muster.ts';

const pauseMs = 20;
const msMax = 20_000;

function admin(agent: RunningAgent, ...words: string[]): Promise<Outcome> {
  return muster([...words, '--yes', '--data', agent.folder, '--url', agent.url]);
}

/** Without --yes. */
function plain(agent: RunningAgent, ...words: string[]): Promise<Outcome> {
  return muster([...words, '--data', agent.folder, '--url', agent.url]);
}

const inviteAt = (agent: RunningAgent): string[] => ['--address', agent.host];

/** The text of a code, once the command that makes it has written the file. */
async function codeIn(file: string): Promise<string> {
  for (let left = msMax; !existsSync(file); left -= pauseMs) {
    assert.ok(left > 0, `${file} never came`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return readFileSync(file, 'utf8').trim();
}

/** What the box is called once it has started again. */
function nameOf({ parts }: RunningAgent, blank: RunningBlank): string | undefined {
  settleFolder(blank.folder, { crypto: parts.crypto });
  const site = readSite(blank.folder);
  return site && readNode(parts.crypto, blank.folder, site)?.name;
}

const events = ({ out }: Outcome) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a box is claimed by the text of its label, with an agent and without', async (t) => {
  const agent = await startAgent(t);
  const box = await startBlank(t);
  const { code } = box.node.state.view;
  const settings = ['--channel', 'news', '--wifi-ssid', 'Harbour', '--wifi-country', 'de'];
  const claimed = await admin(agent, 'node', 'claim', code, '--name', 'Quay', ...settings);
  assert.equal(claimed.code, 0, claimed.err);
  assert.match(claimed.out, /blank is there \(Muster .*\)\.\n(.*\n)* +Wi-Fi +joins “Harbour”/);
  assert.match(
    claimed.out,
    /the same digits: {2}\d{3} \d{3}\n(.*\n)*Quay is a node of the site now/,
  );
  await box.until('claimed');
  assert.equal(nameOf(agent, box), 'Quay');
  const other = await startBlank(t);
  await agent.stop();
  const alone = ['node', 'claim', other.node.state.view.code, '--data', agent.folder, '--yes'];
  assert.equal((await muster([...alone, '--json'])).code, 0);
  assert.match(nameOf(agent, other) ?? '', /^node-[A-Z2-7]{4}$/);
});

test('a picture of the code does, and what is no code is said', async (t) => {
  const agent = await startAgent(t);
  const box = await startBlank(t);
  const { default: qrcode } = await import('qrcode');
  const picture = join(temporaryFolder(t), 'label.png');
  await qrcode.toFile(picture, box.node.state.view.code, { scale: 4 });
  const claimed = await admin(agent, 'node', 'claim', '--file', picture, '--name', 'Quay');
  assert.equal(claimed.code, 0, claimed.err);
  await qrcode.toFile(picture, 'https://example.org');
  const label = (await startBlank(t)).node.state.view.code;
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--file', picture], /not a claim code/],
    [['--file', join(agent.folder, 'site.json')], /no picture/],
    [['--file', '/nowhere.png'], /cannot be read/],
    [['MUSTER-BOX:1:AAAA'], /damaged/],
    [[], /Which box/],
    [[label, '--uplink', 'x'], /"x" is no uplink/],
    [[label, '--wifi-ssid', 'x'], /country/],
    [[label, '--bootstrap', 'nonsense'], /No node would take/],
    [[box.node.state.view.code], /claimed already/],
  ];
  for (const [words, message] of cases) {
    const { code, err } = await admin(agent, 'node', 'claim', ...words);
    assert.equal(code, 1, words.join(' '));
    assert.match(err, message);
  }
});

test('an invite: both ends show the digits; a second box is refused, both are shown', async (t) => {
  const agent = await startAgent(t);
  const [box, late, third] = [await startBlank(t), await startBlank(t), await startBlank(t)];
  const folder = temporaryFolder(t);
  const [first, second] = [join(folder, 'one.txt'), join(folder, 'two.txt')];
  const made = ['node', 'invite', '--no-wait', '--json', ...inviteAt(agent)];
  await plain(agent, ...made, '--name', 'Quay', '--file', first);
  await plain(agent, ...made, '--name', 'Pier', '--file', second);
  const serving = admin(agent, 'node', 'serve-invites', '--json');
  const code = await codeIn(first);
  const claimed = await muster(['claim', code, '--yes', '--data', box.folder]);
  assert.equal(claimed.code, 0, claimed.err);
  assert.match(claimed.out, /same digits:\n\n {2}\d{3} \d{3}\n(.*\n)* {2}name +Quay\n(.*\n)*Done/);
  assert.equal(nameOf(agent, box), 'Quay');
  const refused = await muster(['claim', code, '--yes', '--data', late.folder]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /used this code already/);
  assert.equal(readSite(late.folder), undefined);
  const json = ['claim', await codeIn(second), '--yes', '--json', '--data', third.folder];
  assert.equal((await muster(json)).code, 0);
  const told = events(await serving);
  const keys = told.filter(({ event }) => event === 'compare').map(({ key }) => key);
  const shown = told.find(({ event }) => event === 'second')!;
  assert.equal(shown.first, keys[0]);
  assert.ok(typeof shown.second === 'string' && !keys.includes(shown.second));
  assert.deepEqual(
    told.filter(({ event }) => event === 'claimed').map(({ name }) => name),
    ['Quay', 'Pier'],
  );
  const listed = JSON.parse((await plain(agent, 'node', 'invites', '--json')).out);
  const came = listed.invites.map(
    ({ state, claimants }: { state: string; claimants: unknown[] }) => [state, claimants.length],
  );
  assert.deepEqual(came, [
    ['used', 2],
    ['used', 1],
  ]);
  assert.match((await admin(agent, 'node', 'serve-invites')).err, /No invite is open/);
});

test('a blank box says what it waits for, and what is asked of it in vain', async (t) => {
  const box = await startBlank(t);
  const { shortCode, code } = box.node.state.view;
  const at = ['--data', box.folder, '--url', box.url];
  const { out, err } = await muster(['status', ...at]);
  assert.match(out, /^blank is of no site yet, Muster/);
  assert.ok(out.includes(`  Code        ${shortCode}, in full: ${code}\n  Claim       waiting\n`));
  assert.match(err, /muster claim CODE/);
  const status = JSON.parse((await muster(['status', '--json', ...at])).out);
  assert.deepEqual([status.unclaimed, status.phase], [true, 'waiting']);
  const doctor = await muster(['doctor', '--data', box.folder]);
  assert.equal(doctor.code, 0, doctor.out);
  assert.match(doctor.out, /warn +trust +a blank box, of no site yet\n +→ .*muster claim CODE/);
  const here = ['--data', box.folder];
  assert.match((await muster(['claim', 'x', ...here])).err, /not a claim code/);
  const agent = await startAgent(t);
  const member = await muster(['claim', code, '--data', agent.folder]);
  assert.match(member.err, /belongs to a site already/);
  const keys = ['--keys', agent.folder, ...at];
  assert.match((await muster(['node', 'invite', ...keys])).err, /or of none yet/);
});

test('a dozen labels on a sheet, and codes as pictures', async (t) => {
  const agent = await startAgent(t);
  const folder = temporaryFolder(t);
  const sheet = join(folder, 'sheet.html');
  const made = ['node', 'invite', '--no-wait', '--name', 'box', ...inviteAt(agent)];
  const dozen = await plain(agent, ...made, '--count', '12', '--print', sheet, '--json');
  assert.deepEqual(
    events(dozen).map(({ name }) => name),
    Array.from({ length: 12 }, (_, index) => `box-${String(index + 1).padStart(2, '0')}`),
  );
  assert.equal(readFileSync(sheet, 'utf8').match(/<svg/g)?.length, 12);
  const [png, svg] = [join(folder, 'one.png'), join(folder, 'one.svg')];
  assert.equal((await plain(agent, ...made, '--png', png, '--svg', svg)).code, 0);
  assert.equal(readFileSync(png).subarray(1, 4).toString(), 'PNG');
  assert.match(readFileSync(svg, 'utf8'), /^<svg/);
  const several = await plain(agent, ...made, '--count', '2', '--png', png);
  assert.match(several.err, /take one code/);
});

test('a code is withdrawn; one that could not be written is none', async (t) => {
  const agent = await startAgent(t);
  const made = ['node', 'invite', '--no-wait', '--json', ...inviteAt(agent)];
  await plain(agent, ...made, '--name', 'Quay');
  const unwritten = await plain(agent, ...made, '--name', 'Pier', '--file', '/nowhere/x');
  assert.match(unwritten.err, /cannot be written/);
  const gone = await plain(agent, 'node', 'withdraw', 'Quay', '--json');
  assert.equal(JSON.parse(gone.out).withdrawn.length, 1);
  assert.match((await plain(agent, 'node', 'invites')).out, /^Quay +invite +burned\n$/);
  assert.match((await plain(agent, 'node', 'withdraw', 'Quay')).err, /No invite is open/);
});

test('a stolen box: revoked, replaced by name, and made blank where it is found', async (t) => {
  const agent = await startAgent(t);
  const box = await startBlank(t);
  await admin(agent, 'node', 'claim', box.node.state.view.code, '--name', 'Quay');
  assert.equal(nameOf(agent, box), 'Quay');
  assert.equal((await admin(agent, 'node', 'revoke', 'Quay', '--reason', 'lost')).code, 0);
  const made = ['node', 'replace', 'Quay', '--no-wait', '--json', ...inviteAt(agent)];
  assert.equal(events(await plain(agent, ...made))[0]?.name, 'Quay');
  await box.node.stop();
  const reset = await muster(['reset', '--yes', '--data', box.folder]);
  assert.equal(reset.code, 0, reset.err);
  assert.equal(readSite(box.folder), undefined);
  const holds = await muster(['reset', '--yes', '--data', agent.folder]);
  assert.match(holds.err, /in use|holds the keys/);
});

test('a new box takes over the name of a dead one, whose key is revoked', async (t) => {
  const agent = await startAgent(t);
  const [dead, next] = [await startBlank(t), await startBlank(t)];
  await admin(agent, 'node', 'claim', dead.node.state.view.code, '--name', 'Quay');
  const file = join(temporaryFolder(t), 'invite.txt');
  const replacing = admin(agent, 'node', 'replace', 'Quay', '--file', file, ...inviteAt(agent));
  const code = await codeIn(file);
  assert.equal((await muster(['claim', code, '--yes', '--data', next.folder])).code, 0);
  assert.equal((await replacing).code, 0);
  assert.equal(nameOf(agent, next), 'Quay');
  const epoch = JSON.parse((await plain(agent, 'site', 'epoch', '--json')).out);
  assert.equal(epoch.revokedKeys, 1);
});

test('a phone becomes an admin by a code of the root', async (t) => {
  const agent = await startAgent(t);
  const file = join(temporaryFolder(t), 'admin.txt');
  const given = ['--power', 'people', '--file', file, '--json', ...inviteAt(agent)];
  const inviting = admin(agent, 'admin', 'invite', 'Bo', ...given);
  const key = await becomeAdmin(agent, await codeIn(file));
  const told = events(await inviting);
  assert.deepEqual(told.at(-1), { event: 'claimed', name: 'Bo', key: toBase64url(key) });
  const listed = JSON.parse((await plain(agent, 'admin', 'list', '--json')).out);
  const bo = listed.admins.find(({ name }: { name: string }) => name === 'Bo');
  assert.deepEqual([bo.powers, bo.revoked], [['people'], false]);
  const ended = await admin(agent, 'admin', 'revoke', 'Bo', '--json');
  assert.equal(JSON.parse(ended.out).kind, 'admin');
});

/** As the page on a phone does it; the new admin key. */
async function becomeAdmin(agent: RunningAgent, text: string): Promise<Uint8Array> {
  const { crypto, random, clock } = agent.parts;
  const code = decodeClaimCode(crypto, text);
  assert.ok(code.ok);
  const key = crypto.keyPairFromSeed(random.bytes(32));
  const about = { code: code.value, key, name: 'phone', version: '1' };
  const subject = new ClaimSubject({ crypto, random, isInitiator: true, ...about });
  const to = nearAddress(code.value.addresses[0]!)!;
  const claimId = claimIdOf(crypto, code.value.secret);
  let message = subject.start();
  for (;;) {
    const post = { to, claimId, session: '00112233aabbccdd', message };
    const answer = await postClaim(clock, post);
    assert.ok(answer.kind === 'message' || answer.kind === 'later', answer.kind);
    const heard = answer.kind === 'message' ? answer.message : new Uint8Array(0);
    const step = subject.receive(heard);
    const said = step.kind === 'ask' ? subject.accept() : step;
    if (said.kind === 'send') message = said.message;
    else if (said.kind === 'ended') {
      assert.equal(said.fault, undefined);
      return key.publicKey;
    }
  }
}
