/** The first admin of a site begun with `muster start`, over real HTTP: once, and by one phone. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type CheckedAdminPapers,
  ClaimSubject,
  claimIdOf,
  decodeClaimCode,
  type KeyPair,
  Role,
  signTicket,
  siteIdOf,
  toBase64url,
  toHex,
} from '@muster/core';
import { SiteBook } from '@muster/provisioning';
import { adminLimits } from '../../src/admin/limits.ts';
import { type RunningAgent, startAgent } from '../support/real-agent.ts';
import { act } from '../support/test-admin.ts';
import { connect } from '../support/test-client.ts';

function post({ url }: RunningAgent, at: string, message: Uint8Array): Promise<Response> {
  const headers = { 'content-type': 'application/octet-stream' };
  return fetch(`${url}/api/v1/claim/${at}`, { method: 'POST', headers, body: message.slice() });
}

/** Claims as a phone does; the papers, or why there are none. */
async function claim(
  agent: RunningAgent,
  text: string,
  given: {
    readonly key: KeyPair;
    readonly isKept?: boolean;
    /** Called between two messages. */
    readonly between?: (claimId: string) => Promise<void>;
  },
): Promise<CheckedAdminPapers | string> {
  const { crypto, random } = agent.parts;
  const code = decodeClaimCode(crypto, text);
  assert.ok(code.ok);
  const { key, isKept = true } = given;
  const options = { crypto, random, code: code.value, isInitiator: true, key };
  const subject = new ClaimSubject({ ...options, name: 'Grace', version: '1' });
  const id = toHex(claimIdOf(crypto, code.value.secret));
  const session = toHex(random.bytes(8));
  let papers: CheckedAdminPapers | undefined;
  let message = subject.start();
  for (;;) {
    const answer = await post(agent, `${id}/${session}`, message);
    await given.between?.(id);
    if (answer.status !== 200) return `http ${answer.status}`;
    let step = subject.receive(new Uint8Array(await answer.arrayBuffer()));
    if (step.kind === 'ask') {
      assert.ok(step.offer.kind === 'admin');
      papers = step.offer.papers;
      if (!isKept) return papers;
      step = subject.accept();
    }
    if (step.kind === 'ended') return step.fault ?? papers!;
    assert.ok(step.kind === 'send');
    message = step.message;
  }
}

function newKey({ parts }: RunningAgent): KeyPair {
  return parts.crypto.keyPairFromSeed(parts.random.bytes(32));
}

test('the first to bring the code is an admin; the code is then used up for good', async (t) => {
  const agent = await startAgent(t);
  const code = agent.firstAdminCode!;
  assert.match(code, /^MUSTER-ADMIN:1:[A-Z2-7]+$/);
  const [grace, eve] = [newKey(agent), newKey(agent)];
  const papers = await claim(agent, code, { key: grace });
  assert.ok(typeof papers === 'object');
  assert.equal(papers.admin.name, 'Grace');
  assert.equal(agent.firstAdminCode, undefined);
  assert.equal(typeof (await claim(agent, code, { key: eve })), 'string');
  assert.equal(SiteBook.open(agent.folder).admins.length, 1);
  await actAs(t, agent, grace, papers.certificate);
  await agent.stop();
  const again = await startAgent(t, { folder: agent.folder });
  assert.equal(again.firstAdminCode, undefined);
});

test('a phone that lost its way gets the same papers again, another one is refused', async (t) => {
  const agent = await startAgent(t);
  const code = agent.firstAdminCode!;
  const [grace, eve] = [newKey(agent), newKey(agent)];
  const first = await claim(agent, code, { key: grace, isKept: false });
  assert.equal(await claim(agent, code, { key: eve }), 'used');
  await agent.stop();
  const again = await startAgent(t, { folder: agent.folder });
  assert.ok(again.firstAdminCode, 'still awaited after a restart');
  const second = await claim(again, code, { key: grace });
  assert.ok(typeof first === 'object' && typeof second === 'object');
  assert.deepEqual(second.certificate, first.certificate);
});

test('whoever knows no more than where the code is awaited pushes nobody out', async (t) => {
  const agent = await startAgent(t);
  let session = 0;
  const papers = await claim(agent, agent.firstAdminCode!, {
    key: newKey(agent),
    between: async (id) => {
      for (let i = 0; i < adminLimits.firstAdminSessionsMax; i++) {
        session += 1;
        const name = session.toString(16).padStart(16, '0');
        assert.equal((await post(agent, `${id}/${name}`, new Uint8Array(80))).status, 410);
      }
    },
  });
  assert.ok(typeof papers === 'object');
});

test('a member without the root awaits nobody', async (t) => {
  const first = await startAgent(t);
  const member = await startAgent(t, { siteOf: first });
  assert.equal(member.firstAdminCode, undefined);
});

/** With those papers the phone opens an admin's session and acts. */
async function actAs(
  t: TestContext,
  agent: RunningAgent,
  key: KeyPair,
  certificate: Uint8Array,
): Promise<void> {
  const { crypto } = agent.parts;
  const site = siteIdOf(crypto, agent.identity.site.siteKey);
  const named = { site, subject: key.publicKey, role: Role.admin, serial: 0, epoch: 0 };
  const tickets = [toBase64url(signTicket(crypto, named, { key, certificate }))];
  const client = connect(t, agent, { key });
  assert.equal((await client.open('Grace', (f) => ({ ...f, tickets }))).role, 'admin');
  assert.equal((await act(client, { command: 'hello' })).ok, true);
}
