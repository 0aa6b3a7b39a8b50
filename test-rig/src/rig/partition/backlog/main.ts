/**
 * Fills the store of a box that does not run yet with days of messages: the real node and store in
 * virtual time, so that every bundle has the age that it would have. Started by split.ts only:
 * `backlog/main.ts DATA-FOLDER PLAN-FILE`; prints what became of each stretch as one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { openSqliteStore } from '@muster/adapters/store-sqlite';
import { dataFolderAt, openIdentity } from '@muster/agent';
import {
  BundleKind,
  type CarriedBundle,
  composeBundle,
  encodeMessage,
  fromBase64url,
  HybridClock,
  Lane,
  MeshNode,
  type NodeEvents,
  newChain,
  siteChannelTag,
  siteIdOf,
  ticketIdOf,
} from '@muster/core';
import { createMemoryLogger, FakeClock, intBelow, SeededRandom } from '@muster/core/testing';
import type { StaffKey } from '../../venue/site.ts';
import type { BacklogPlan, Stretch, Written } from './plan.ts';

const hourMs = 3_600_000;
const lettersMin = 20;
/** Longer than the cut, so that nothing has expired when it heals. */
const lifetimeS = 7 * 24 * 3_600;
const unansweredMax = 1_000;

const [path = '', planFile = ''] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as BacklogPlan;
const crypto = createSodiumCrypto();
const random = createSystemRandom();
const folder = dataFolderAt(path);
const identity = openIdentity(folder, {
  ...{ crypto, random, siteName: '', nodeName: '', makeSite: false },
});
const { siteKey } = identity.site;
const site = siteIdOf(crypto, siteKey);
const tag = siteChannelTag(crypto, siteKey, 'general');
const clock = new FakeClock({ unixMs: plan.beginsUnixMs });
const { store } = openSqliteStore({ path: folder.storeFile, logger: createMemoryLogger('warn') });
const node = new MeshNode({
  ...{ crypto, clock, random, store, siteKey },
  logger: createMemoryLogger('warn'),
  key: identity.node.key,
  certificate: identity.node.certificate,
});
const silence: NodeEvents = { onBundle() {}, onHeld() {}, onNeighbours() {}, onPolicy() {} };

class Writer {
  readonly ticket: Uint8Array;
  readonly #author;
  readonly #clock = new HybridClock();
  #chain = newChain;

  constructor({ seed, ticket }: StaffKey) {
    this.ticket = fromBase64url(ticket)!;
    const key = crypto.keyPairFromSeed(fromBase64url(seed)!);
    this.#author = { key, site, ticket: ticketIdOf(crypto, this.ticket) };
  }

  write(text: string): CarriedBundle {
    const stamp = this.#clock.next(clock.wall().unixMs);
    const payload = encodeMessage({ name: 'somebody', text });
    const kind = BundleKind.message;
    const draft = { kind, tag, lane: Lane.normal, lifetimeS, hopLimit: 10, quality: 2 as const };
    const made = composeBundle(crypto, this.#author, {
      chain: this.#chain,
      draft: { ...draft, stamp, payload },
    });
    this.#chain = made.chain;
    return { ...made.bundle, ageMs: 0, hops: 0, ticket: this.ticket };
  }
}

async function write(stretch: Stretch): Promise<Written> {
  const drawn = new SeededRandom(stretch.seed);
  const writers = stretch.people.map((person) => new Writer(person));
  const endMs = clock.monotonicMs() + stretch.hours * hourMs;
  const gapMs = (stretch.hours * hourMs) / stretch.bundles;
  const answers: Promise<void>[] = [];
  let bundleBytes = 0;
  for (let i = 0; i < stretch.bundles; i++) {
    clock.advance(gapMs);
    const letters = lettersMin + intBelow(drawn, stretch.lettersMax - lettersMin + 1);
    const writer = writers[intBelow(drawn, writers.length)]!;
    const carried = writer.write(`${i} `.padEnd(letters, 'lorem ipsum '));
    bundleBytes += carried.signed.length + carried.signature.length;
    answers.push(put(carried));
    if (answers.length >= unansweredMax) await Promise.all(answers.splice(0));
  }
  await Promise.all(answers);
  clock.runUntil(endMs);
  const ticketBytes = writers.reduce((sum, { ticket }) => sum + ticket.length, 0);
  return { bundles: stretch.bundles, bundleBytes, ticketBytes };
}

function put(carried: CarriedBundle): Promise<void> {
  return new Promise((resolve, reject) => {
    node.put(carried, (answer) => {
      if (answer.ok) resolve();
      else reject(new Error(`refused: ${answer.reason}`));
    });
  });
}

node.start(silence);
const written: Written[] = [];
for (const stretch of plan.stretches) written.push(await write(stretch));
node.stop();
await store.close();
process.stdout.write(`${JSON.stringify(written)}\n`);
