/** Claims of blank nodes from both ends, and what is on a blank node's disk afterwards. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { checkProvision, claimIdOf, decodeClaimCode, type IssuerStep, toHex } from '@muster/core';
import { readNode, readSite, settleFolder } from '@muster/provisioning';
import type { ClaimDesk } from '../../src/claim/desk.ts';
import { configTemplate } from '../../src/config/index.ts';
import { InvitingAdmin, partsOf, type RunningBlank, startDesk } from './blank.ts';

export async function adminOf(): Promise<InvitingAdmin> {
  return new InvitingAdmin(await partsOf([]));
}

export async function post(blank: RunningBlank, path: string, value: unknown): Promise<Response> {
  return fetch(`${blank.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
}

/** An admin scanned the label: speaks first, through the desk of a member. */
export async function claimByLabel(admin: InvitingAdmin, desk: ClaimDesk, blank: RunningBlank) {
  const { crypto, random } = admin.parts;
  const code = decodeClaimCode(crypto, blank.node.state.view.code);
  assert.ok(code.ok);
  const issuer = admin.issuer(code.value, true);
  const claimId = claimIdOf(crypto, code.value.secret);
  const session = toHex(random.bytes(8));
  const [address = ''] = code.value.addresses;
  let message = issuer.start();
  for (;;) {
    const answer = await desk.reach({ address, claimId, session, message });
    const heard = issuer.receive(answer === 'later' ? new Uint8Array(0) : answer);
    const step: IssuerStep = heard.kind === 'ask' ? admin.answer(issuer, heard) : heard;
    if (step.kind === 'ended') {
      const lastWords = step.message;
      if (lastWords) await desk.reach({ address, claimId, session, message: lastWords });
      return step;
    }
    if (step.kind === 'send') message = step.message;
  }
}

/** Starts in the folder as the next life would, and gives what it is a member of. */
export function memberIn({ folder }: RunningBlank, { parts }: InvitingAdmin) {
  const { crypto } = parts;
  settleFolder(folder, { crypto, configTemplate: configTemplate() });
  const site = readSite(folder);
  return site && { site, node: readNode(crypto, folder, site)! };
}

export function assertMember(blank: RunningBlank, admin: InvitingAdmin): void {
  const member = memberIn(blank, admin);
  assert.deepEqual(member?.site.siteKey, admin.site.siteKey);
  const document = admin.documents.get(Buffer.from(member!.node.key.publicKey).toString('hex'))!;
  const { crypto } = admin.parts;
  const given = checkProvision(crypto, document, { nodeKey: member!.node.key.publicKey });
  assert.ok(given.ok);
  assert.deepEqual(member!.node.certificate, given.value.certificate);
  assert.ok(!existsSync(join(blank.folder, 'unclaimed.json')));
}

export async function withDesk(t: TestContext) {
  const admin = await adminOf();
  return { admin, ...(await startDesk(t, admin.parts)) };
}
