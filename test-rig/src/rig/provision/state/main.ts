/**
 * Looks at a box from a place on its LAN, whenever it is asked (Node IPC): whether it waits to be
 * claimed or serves, its links, what stands in `general`. Started by box-state.ts only.
 */
import { randomBytes } from 'node:crypto';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { getJson, NodeSession } from '@muster/agent';
import { decodeFields, decodeMessage, fromBase64url, siteChannelTag } from '@muster/core';
import type { Seen } from '../box-state.ts';

const url = process.argv[2]!;
const crypto = createSodiumCrypto();
const textsMax = 50;

interface NodeJson {
  readonly unclaimed?: boolean;
  readonly siteKey?: string;
}

interface StatusJson {
  readonly neighbours: readonly { readonly state: string }[];
}

async function look(): Promise<Seen> {
  const seen = { isReady: false, isBlank: false, code: '', links: 0, texts: [] };
  const node = await ask<NodeJson>('/api/v1/node');
  if (node?.unclaimed) {
    const claim = await ask<{ code: string }>('/api/v1/claim');
    return { ...seen, isBlank: true, code: claim?.code ?? '' };
  }
  const status = node?.siteKey ? await ask<StatusJson>('/api/v1/status') : undefined;
  if (!status) return seen;
  const links = status.neighbours.filter(({ state }) => state !== 'greeting').length;
  return { ...seen, isReady: true, links, texts: await texts(fromBase64url(node!.siteKey!)!) };
}

/** Undefined while the box does not answer. */
async function ask<T>(path: string): Promise<T | undefined> {
  const answer = await getJson(url, path).catch(() => undefined);
  return answer?.status === 200 ? (answer.json as T) : undefined;
}

async function texts(siteKey: Uint8Array): Promise<string[]> {
  const key = crypto.keyPairFromSeed(randomBytes(32));
  const opened = { url, crypto, key, name: 'looker', tickets: [] };
  const session = await NodeSession.open(opened).catch(() => undefined);
  if (!session) return [];
  const items = await session.page(siteChannelTag(crypto, siteKey, 'general'), textsMax);
  session.close();
  return items.flatMap(({ signed }) => {
    const fields = decodeFields(signed);
    const text = fields.ok ? decodeMessage(fields.value.payload)?.text : undefined;
    return text ?? [];
  });
}

process.on('message', (number: number) => {
  void look().then((seen) => process.send!({ number, seen }));
});
