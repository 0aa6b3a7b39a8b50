/**
 * Honest people at several boxes: each has a session of their own, writes now and then, and sees
 * what the others write. Started by trust.ts only: `people/main.ts PEOPLE-A-BOX MESSAGES EVERY-MS
 * URL...`; ends with one line: how much arrived everywhere, and how fast.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { NodeSession } from '@muster/agent';
import { bundleId, siteChannelTag, toHex } from '@muster/core';
import { SessionWriter, siteKeyAt, type Written } from '../../session-writer.ts';
import { say } from '../worker.ts';

const [perBox = '0', messages = '0', everyMs = '0', ...urls] = process.argv.slice(2);
const crypto = createSodiumCrypto();
const settleMsMax = 15_000;

export interface PeopleResult {
  readonly people: number;
  readonly sent: number;
  readonly held: number;
  /** Deliveries to other boxes that came, of those that should. */
  readonly delivered: number;
  readonly expected: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

async function listenAt(url: string): Promise<Map<string, number>> {
  const arrived = new Map<string, number>();
  const siteKey = await siteKeyAt(url);
  const session = await NodeSession.open({
    ...{ url, crypto, name: 'listener', tickets: [] },
    key: crypto.keyPairFromSeed(randomBytes(32)),
    onBundles: (items) => {
      for (const { signed } of items) {
        const id = toHex(bundleId(crypto, signed));
        if (!arrived.has(id)) arrived.set(id, Date.now());
      }
    },
  });
  session.follow(siteChannelTag(crypto, siteKey, 'general'));
  return arrived;
}

async function person(url: string, number: number): Promise<Written[]> {
  const key = crypto.keyPairFromSeed(randomBytes(32));
  const session = await NodeSession.open({ url, crypto, key, name: `p${number}`, tickets: [] });
  const siteKey = await siteKeyAt(url);
  const writer = await SessionWriter.of({ crypto, key, session, siteKey });
  const written: Written[] = [];
  // Spread over the interval, as people are.
  await delay((Number(everyMs) * number) / Number(perBox));
  for (let i = 0; i < Number(messages); i++) {
    written.push(await writer.write(`message ${i} of ${number}`));
    await delay(Number(everyMs));
  }
  session.close();
  return written;
}

const arrivals = await Promise.all(urls.map(listenAt));
say({ ready: true });
const byBox = await Promise.all(
  urls.map(async (url) => {
    const all = Array.from({ length: Number(perBox) }, (_, number) => person(url, number));
    return (await Promise.all(all)).flat();
  }),
);
const held = byBox.map((written) => written.filter(({ state }) => state === 'held'));
const wanted = held.flatMap((written, from) =>
  arrivals.flatMap((arrived, to) => (to === from ? [] : written.map((one) => ({ one, arrived })))),
);
const endMs = Date.now() + settleMsMax;
while (Date.now() < endMs && wanted.some(({ one, arrived }) => !arrived.has(one.hexId))) {
  await delay(50);
}
const waits = wanted
  .flatMap(({ one, arrived }) => {
    const atMs = arrived.get(one.hexId);
    return atMs === undefined ? [] : [atMs - one.atMs];
  })
  .toSorted((a, b) => a - b);
const sent = byBox.flat().length;
say({
  people: Number(perBox) * urls.length,
  sent,
  held: held.flat().length,
  delivered: waits.length,
  expected: sent * (urls.length - 1),
  p50Ms: waits[Math.floor(waits.length * 0.5)] ?? Number.NaN,
  p95Ms: waits[Math.floor(waits.length * 0.95)] ?? Number.NaN,
} satisfies PeopleResult);
process.exit(0);
