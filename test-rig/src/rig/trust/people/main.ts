/**
 * Honest people at several boxes: each has a session of their own, writes now and then, and sees
 * what the others write. Started by trust.ts and flood.ts only: `people/main.ts PEOPLE-A-BOX
 * MESSAGES EVERY-MS URL...`; ends with one line: how much arrived everywhere, and how fast. Where
 * `URL=FILE` is given, those at that box have the papers in the file (StaffKey[]) instead of being
 * guests.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { NodeSession } from '@muster/agent';
import { bundleId, fromBase64url, siteChannelTag, toHex } from '@muster/core';
import { SessionWriter, siteKeyAt, type Written } from '../../session-writer.ts';
import type { StaffKey } from '../../venue/site.ts';
import { say } from '../worker.ts';

const [perBox = '0', messages = '0', everyMs = '0', ...places] = process.argv.slice(2);
const [urls, files] = [0, 1].map((part) => places.map((place) => place.split('=')[part])) as [
  string[],
  (string | undefined)[],
];
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
  /** Of what was written at each box, in the order of the URLs. */
  readonly p95MsByBox: readonly number[];
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

async function person(url: string, number: number, papers?: StaffKey): Promise<Written[]> {
  const seed = papers ? fromBase64url(papers.seed)! : randomBytes(32);
  const key = crypto.keyPairFromSeed(seed);
  const tickets = papers ? [fromBase64url(papers.ticket)!] : [];
  const session = await NodeSession.open({ url, crypto, key, name: `p${number}`, tickets });
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

function staffIn(file: string | undefined): readonly StaffKey[] | undefined {
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as StaffKey[]);
}

const arrivals = await Promise.all(urls.map(listenAt));
say({ ready: true });
const byBox = await Promise.all(
  urls.map(async (url, at) => {
    const papers = staffIn(files[at]);
    const count = papers?.length ?? Number(perBox);
    const all = Array.from({ length: count }, (_, number) => person(url, number, papers?.[number]));
    return (await Promise.all(all)).flat();
  }),
);
const people = byBox.reduce((sum, written) => sum + written.length / Number(messages), 0);
const held = byBox.map((written) => written.filter(({ state }) => state === 'held'));
const wanted = held.flatMap((written, from) =>
  arrivals.flatMap((arrived, to) => (to === from ? [] : written.map((one) => ({ one, arrived })))),
);
const endMs = Date.now() + settleMsMax;
while (Date.now() < endMs && wanted.some(({ one, arrived }) => !arrived.has(one.hexId))) {
  await delay(50);
}
const waitsByBox = held.map((written, from) =>
  arrivals
    .flatMap((arrived, to) =>
      to === from ? [] : written.map((one) => (arrived.get(one.hexId) ?? Number.NaN) - one.atMs),
    )
    .filter((waitMs) => !Number.isNaN(waitMs)),
);
const waits = waitsByBox.flat();

function percentile(waitsMs: readonly number[], share: number): number {
  const sorted = waitsMs.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

const sent = byBox.flat().length;
say({
  people,
  sent,
  held: held.flat().length,
  delivered: waits.length,
  expected: sent * (urls.length - 1),
  p50Ms: percentile(waits, 0.5),
  p95Ms: percentile(waits, 0.95),
  p95MsByBox: waitsByBox.map((ofBox) => percentile(ofBox, 0.95)),
} satisfies PeopleResult);
process.exit(0);
