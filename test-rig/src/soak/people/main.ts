/**
 * The people of the soak, in a namespace of their own: staff who write at each agent, readers, and
 * guests who come and go. They notice what a person would: what takes long, is missing, or twice.
 * Started by people.ts only.
 */
import { setTimeout as delay, setInterval as every } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { siteChannelTag } from '@muster/core';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { siteKeyAt } from '../../rig/session-writer.ts';
import { collectGarbage } from './collect.ts';
import { readMetrics } from './metrics.ts';
import type {
  PeopleCheck,
  PeopleRequest,
  PeopleRequests,
  PeopleSample,
  PeopleStart,
} from './protocol.ts';
import { Reader } from './reader.ts';
import { type Place, StaffWriter, visit } from './writers.ts';
import { WrittenBook } from './written.ts';

const lookAgainMs = 1_000;
const examplesMax = 5;
const guestStayMsMax = 20_000;

class Crowd {
  readonly #start: PeopleStart;
  readonly #book = new WrittenBook();
  readonly #random: SeededRandom;
  #places: Place[] = [];
  #readers: Reader[] = [];
  #staff: StaffWriter[] = [];
  areGuestsLetIn = true;

  constructor(start: PeopleStart) {
    this.#start = start;
    this.#random = new SeededRandom(start.seed);
  }

  async begin(): Promise<void> {
    const { urls, staff, staffLifetimeS } = this.#start;
    const crypto = createSodiumCrypto();
    const siteKey = await siteKeyAt(urls[0]!);
    const tag = siteChannelTag(crypto, siteKey, 'general');
    const book = this.#book;
    this.#places = urls.map((url, agent) => ({ crypto, url, agent, siteKey, book }));
    this.#readers = urls.map((url, agent) => new Reader({ crypto, url, agent, tag, book }));
    this.#staff = this.#places.map((place, i) => new StaffWriter(place, staff[i]!, staffLifetimeS));
    for (const reader of this.#readers) void reader.run();
    for (const writer of this.#staff) {
      void writer.put();
      void writer.write();
    }
    void this.#letGuestsIn();
  }

  pace(everyMs: number): void {
    for (const writer of this.#staff) writer.everyMs = everyMs;
  }

  async sample(): Promise<PeopleSample> {
    const agents = await Promise.all(this.#start.urls.map(readMetrics));
    const { held, refused } = this.#book;
    const waiting = this.#staff.reduce((sum, one) => sum + one.waiting, 0);
    return { agents, held, refused, waiting, ...this.#book.takeLatency(), doubled: this.#doubled };
  }

  async check(patienceMs: number): Promise<PeopleCheck> {
    const endMs = Date.now() + patienceMs;
    // What is held from here on may still be on its way.
    const expected = this.#book.expected();
    for (;;) {
      const found = await this.#look(expected);
      if (found.missing === 0 || Date.now() >= endMs) return found;
      await delay(lookAgainMs);
    }
  }

  async #look(expected: readonly string[]): Promise<PeopleCheck> {
    const shown = await Promise.all(
      this.#readers.map((reader) => reader.readAll().catch((): string[] => [])),
    );
    const examples: string[] = [];
    let [missing, doubled] = [0, this.#doubled];
    shown.forEach((ids, agent) => {
      const there = new Set(ids);
      doubled += ids.length - there.size;
      const lacking = expected.filter((id) => !there.has(id));
      missing += lacking.length;
      if (lacking.length > 0 && examples.length < examplesMax) {
        examples.push(`agent ${agent} lacks ${lacking.length}, such as ${lacking[0]}`);
      }
    });
    return { expected: expected.length, missing, doubled, examples };
  }

  get #doubled(): number {
    return this.#readers.reduce((sum, one) => sum + one.doubled, 0);
  }

  async #letGuestsIn(): Promise<void> {
    for await (const _ of every(this.#start.guestEveryMs)) {
      if (!this.areGuestsLetIn) continue;
      const place = this.#places[intBelow(this.#random, this.#places.length)]!;
      const stayMs = intBelow(this.#random, guestStayMsMax);
      void visit(place, { stayMs, lifetimeS: this.#start.guestLifetimeS }).catch(() => {});
    }
  }
}

let crowd: Crowd | undefined;

type Handlers = {
  [V in keyof PeopleRequests]: (
    args: PeopleRequests[V]['args'],
  ) => Promise<PeopleRequests[V]['result']>;
};

const handlers: Handlers = {
  async start(args) {
    crowd = new Crowd(args);
    await crowd.begin();
    return null;
  },
  sample: () => crowd!.sample(),
  async guests({ areLetIn }) {
    crowd!.areGuestsLetIn = areLetIn;
    return null;
  },
  async pace({ everyMs }) {
    crowd!.pace(everyMs);
    return null;
  },
  collect: ({ inspectors }) => Promise.all(inspectors.map(collectGarbage)),
  check: ({ patienceMs }) => crowd!.check(patienceMs),
};

process.on('message', async ({ number, verb, args }: PeopleRequest) => {
  try {
    const handle = handlers[verb] as (args: unknown) => Promise<unknown>;
    process.send!({ number, result: await handle(args) });
  } catch (error) {
    process.send!({ number, error: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
