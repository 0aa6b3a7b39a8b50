/**
 * The uplink of an agent in a process of its own (`startAgent({ uplink: true })`), by its control
 * socket: other sites' bundles, messages for MQTT clients, and the site's policy, as an admin and a
 * gateway would bring them.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  type CrossingRule,
  fromBase64url,
  type KeyPair,
  type Pin,
  rootIssuer,
  signSitePolicy,
  siteIdOf,
  toBase64url,
} from '@muster/core';
import type { RunningAgent } from './agent.ts';
import { crypto, item, type Said } from './site.ts';

async function control(agent: RunningAgent, command: string, params: object): Promise<unknown> {
  const socket = connect(join(agent.dataFolder, 'control.sock'));
  await once(socket, 'connect');
  socket.write(`${JSON.stringify({ command, params })}\n`);
  let text = '';
  for await (const part of socket) text += String(part);
  const answer = JSON.parse(text) as { ok: boolean; result?: unknown; error?: unknown };
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.result;
}

async function rootOf(agent: RunningAgent): Promise<KeyPair> {
  const record = JSON.parse(await readFile(join(agent.dataFolder, 'site.key'), 'utf8'));
  return crypto.keyPairFromSeed(fromBase64url(record.seed)!);
}

/** Signs a policy as the admin of this agent's site, and hands it to the agent. */
export async function adopt(
  agent: RunningAgent,
  policy: {
    readonly revision: number;
    readonly pins: readonly Pin[];
    readonly rules: (site: Uint8Array, siteKey: Uint8Array) => readonly CrossingRule[];
  },
): Promise<void> {
  const root = await rootOf(agent);
  const site = siteIdOf(crypto, root.publicKey);
  const { revision, pins } = policy;
  const rules = policy.rules(site, root.publicKey);
  const wire = signSitePolicy(crypto, { site, revision, pins, rules }, rootIssuer(root));
  await control(agent, 'policy.adopt', { wire: toBase64url(wire) });
}

/** A bundle of another site comes in. */
export async function bring(agent: RunningAgent, said: Said & { ticket: Uint8Array }) {
  const { signed, signature } = item(said);
  const bundle = { signed, signature, ticket: said.ticket };
  const texts = Object.entries(bundle).map(([name, value]) => [name, toBase64url(value)]);
  const answer = await control(agent, 'uplink.bring', Object.fromEntries(texts));
  if (!(answer as { ok: boolean }).ok) throw new Error(JSON.stringify(answer));
}

/** The node signs for one of its MQTT clients. */
export async function writeFor(
  agent: RunningAgent,
  client: string,
  what: { readonly tag: Uint8Array; readonly name: string; readonly text: string },
): Promise<void> {
  const params = { ...what, client, tag: toBase64url(what.tag) };
  const answer = await control(agent, 'uplink.write', params);
  if (!(answer as { ok: boolean }).ok) throw new Error(JSON.stringify(answer));
}
