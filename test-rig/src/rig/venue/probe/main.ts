/**
 * A worker in a phone's namespace: it speaks the phones' API as staff with real keys and real
 * bundles, writes many of them, and notes what arrives. Started by probe.ts only.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { getJson, NodeSession, type ShownBundle } from '@muster/agent';
import {
  BundleKind,
  bundleId,
  decodeFields,
  decodeMessage,
  fromBase64url,
  siteChannelTag,
  toHex,
} from '@muster/core';
import { SessionWriter, siteKeyAt } from '../../session-writer.ts';
import type { StaffKey } from '../site.ts';
import type { BoxStatus, ProbeRequest, ProbeRequests, Sent } from './protocol.ts';

const url = process.argv[2]!;
const crypto = createSodiumCrypto();
const pageMax = 200;
/** Unanswered puts at once: what a burst of many phones looks like. */
const parallelPuts = 20;

interface Writer {
  readonly session: NodeSession;
  readonly write: (text: string) => Promise<Sent>;
}

interface StatusJson {
  readonly store: { readonly bundlesHeld: number; readonly contentBytes: number };
  readonly neighbours: readonly {
    readonly state: string;
    readonly bytesSent: number;
    readonly bytesReceived: number;
  }[];
}

async function openSession(
  staff: StaffKey | undefined,
  onBundles: (items: readonly ShownBundle[]) => void = () => {},
): Promise<{ session: NodeSession; general: Uint8Array; siteKey: Uint8Array }> {
  const siteKey = await siteKeyAt(url);
  const seed = staff
    ? fromBase64url(staff.seed)!
    : globalThis.crypto.getRandomValues(new Uint8Array(32));
  const session = await NodeSession.open({
    url,
    crypto,
    key: crypto.keyPairFromSeed(seed),
    name: 'probe',
    tickets: staff ? [fromBase64url(staff.ticket)!] : [],
    onBundles,
  });
  const general = siteChannelTag(crypto, siteKey, 'general');
  return { session, general, siteKey };
}

interface ListedJson {
  readonly channels: readonly { readonly name: string; readonly tag: string }[];
}

async function listChannels(): Promise<ListedJson['channels']> {
  return ((await getJson(url, '/api/v1/channels')).json as ListedJson).channels;
}

async function tagOf(channel: string): Promise<Uint8Array> {
  const found = (await listChannels()).find(({ name }) => name === channel);
  if (!found) throw new Error(`this box lists no channel ${channel}`);
  return fromBase64url(found.tag)!;
}

async function openWriter(staff: StaffKey, channel = 'general'): Promise<Writer> {
  const { session, siteKey } = await openSession(staff);
  const tag = await tagOf(channel);
  const ticket = fromBase64url(staff.ticket)!;
  const key = crypto.keyPairFromSeed(fromBase64url(staff.seed)!);
  const writer = await SessionWriter.of({ crypto, key, session, siteKey, ticket, name: 'probe' });
  const write = async (text: string): Promise<Sent> => {
    const bundle = writer.compose(text, { tag, hopLimit: 10 });
    const atMs = Date.now();
    for (;;) {
      const outcome = await writer.put(bundle, { ageMs: Date.now() - atMs });
      if (outcome.state === 'held') return { id: outcome.hexId, atMs, text };
      if (!outcome.retry) throw new Error(`refused: ${outcome.reason} ${outcome.message}`);
      await delay(outcome.retryAfterMs || 500);
    }
  };
  return { session, write };
}

const arrived = new Map<string, number>();

type Handlers = {
  [V in keyof ProbeRequests]: (
    args: ProbeRequests[V]['args'],
  ) => Promise<ProbeRequests[V]['result']>;
};

const handlers: Handlers = {
  async status(): Promise<BoxStatus | undefined> {
    const answer = await getJson(url, '/api/v1/status').catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    const status = answer.json as StatusJson;
    const sum = (what: 'bytesSent' | 'bytesReceived') =>
      status.neighbours.reduce((total, neighbour) => total + neighbour[what], 0);
    return {
      held: status.store.bundlesHeld,
      contentBytes: status.store.contentBytes,
      live: status.neighbours.filter(({ state }) => state === 'live').length,
      bytesSent: sum('bytesSent'),
      bytesReceived: sum('bytesReceived'),
    };
  },

  async write({ staff, count, label }) {
    const { session, write } = await openWriter(staff);
    const ids: string[] = [];
    for (let at = 0; at < count; at += parallelPuts) {
      const texts = Array.from(
        { length: Math.min(parallelPuts, count - at) },
        (_, i) => `${label} ${at + i} ${'.'.repeat(200)}`,
      );
      ids.push(...(await Promise.all(texts.map(write))).map(({ id }) => id));
    }
    session.close();
    return ids;
  },

  async trickle({ staff, count, everyMs, channel, label = 'live' }) {
    const { session, write } = await openWriter(staff, channel);
    const sent: Promise<Sent>[] = [];
    for (let i = 0; i < count; i++) {
      sent.push(write(`${label} ${i}`));
      await delay(everyMs);
    }
    const all = await Promise.all(sent);
    session.close();
    return all;
  },

  async listen() {
    const { session, general } = await openSession(undefined, (items) => {
      for (const { signed } of items) {
        const id = toHex(bundleId(crypto, signed));
        if (!arrived.has(id)) arrived.set(id, Date.now());
      }
    });
    session.follow(general);
    return null;
  },

  async arrivals() {
    return [...arrived].map(([id, atMs]) => ({ id, atMs }));
  },

  async timeline() {
    const items = await readAll(siteChannelTag(crypto, await siteKeyAt(url), 'general'));
    return items.map(({ signed }) => toHex(bundleId(crypto, signed)));
  },

  async texts({ channel }) {
    const items = await readAll(await tagOf(channel));
    return items.flatMap(({ signed }) => textOf(signed) ?? []);
  },

  async channels() {
    return (await listChannels()).map(({ name }) => name);
  },
};

/** All messages of a channel, oldest first. */
async function readAll(tag: Uint8Array): Promise<ShownBundle[]> {
  const { session } = await openSession(undefined);
  const all: ShownBundle[] = [];
  let before: Uint8Array | undefined;
  for (;;) {
    const items = await session.page(tag, pageMax, before);
    all.push(...items);
    before = items.at(-1)?.orderKey;
    if (items.length === 0) break;
  }
  session.close();
  return all.reverse();
}

/** Undefined for what is no message, such as a manifest. */
function textOf(signed: Uint8Array): string | undefined {
  const fields = decodeFields(signed);
  if (!fields.ok || fields.value.kind !== BundleKind.message) return undefined;
  return decodeMessage(fields.value.payload)?.text;
}

process.on('message', async ({ number, verb, args }: ProbeRequest) => {
  try {
    const handle = handlers[verb] as (args: unknown) => Promise<unknown>;
    process.send!({ number, result: await handle(args) });
  } catch (error) {
    process.send!({ number, error: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
