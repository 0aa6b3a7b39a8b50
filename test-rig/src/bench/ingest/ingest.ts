/**
 * `ingest`: a 300-byte bundle through the whole of steps 2 and 3 (strict parse, id, seen before,
 * ticket, quota, signature, inventory, a synced commit in real SQLite, grouped as under load),
 * beside a bare sodium verify of a 300-byte message. CPU time of the whole process, rounds of both
 * interleaved; what making the input leaves to collect and what is compiled late count for neither.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { openSqliteStore } from '@muster/adapters/store-sqlite';
import { type CarriedBundle, MeshNode, Role } from '@muster/core';
import { createMemoryLogger, FakeClock, SampleSite, SeededRandom } from '@muster/core/testing';
import type { BenchOptions, Figure } from '../figure.ts';
import { median } from '../median.ts';

const payloadBytes = 300;
const goal = 0.88;

export async function benchIngest(options: BenchOptions): Promise<Figure[]> {
  const rounds = options.quick ? 3 : 9;
  const perRound = options.quick ? 1_000 : 4_000;
  // Until the engine, which compiles on threads of its own, has compiled what is hot.
  const warmUpRounds = options.quick ? 1 : 5;
  const folder = mkdtempSync(join(tmpdir(), 'muster-ingest-'));
  const bench = new IngestBench(join(folder, 'store.sqlite'));
  try {
    const ours: number[] = [];
    const peer: number[] = [];
    for (let round = 0; round < warmUpRounds + rounds; round++) {
      const bundles = bench.bundles(perRound);
      const verifyUs = await bench.verifyCpuUs(bundles.length);
      const ingestUs = await bench.ingestCpuUs(bundles);
      if (round >= warmUpRounds) {
        ours.push(ingestUs);
        peer.push(verifyUs);
      }
    }
    const samples = ours.map((us, i) => peer[i]! / us);
    return [
      {
        name: 'ingest',
        unit: 'bundles per CPU second',
        ours: 1e6 / median(ours),
        peer: 1e6 / median(peer),
        ratio: median(samples),
        goal: `>= ${goal}`,
        samples,
      },
    ];
  } finally {
    await bench.close();
    rmSync(folder, { recursive: true });
  }
}

class IngestBench {
  readonly #crypto = createSodiumCrypto();
  readonly #random = new SeededRandom(1);
  readonly #site = new SampleSite(this.#crypto, this.#random);
  readonly #node: MeshNode;
  readonly #store;

  constructor(path: string) {
    const { store } = openSqliteStore({ path, logger: createMemoryLogger('warn') });
    const sample = this.#site.node('bench');
    this.#store = store;
    this.#node = new MeshNode({
      crypto: this.#crypto,
      clock: new FakeClock(),
      random: this.#random,
      store,
      logger: createMemoryLogger('warn'),
      siteKey: this.#site.key.publicKey,
      key: sample.key,
      certificate: sample.certificate,
    });
    this.#node.start({ onBundle() {}, onHeld() {}, onNeighbours() {}, onPolicy() {} });
  }

  /** Fresh authors each time, twenty bundles each: what a busy node hears. */
  bundles(count: number): CarriedBundle[] {
    const perAuthor = 20;
    const bundles: CarriedBundle[] = [];
    while (bundles.length < count) {
      const author = this.#site.author(Role.staff);
      for (let i = 0; i < perAuthor; i++) {
        bundles.push(author.write('', { payload: this.#random.bytes(payloadBytes) }).carried);
      }
    }
    return bundles;
  }

  /**
   * CPU microseconds a bare verify takes, over as many different messages and keys as the bundles
   * have: one message again and again would be verified faster than any real traffic.
   */
  async verifyCpuUs(count: number): Promise<number> {
    const signed = Array.from({ length: count }, () => {
      const key = this.#crypto.keyPairFromSeed(this.#random.bytes(32));
      const message = this.#random.bytes(payloadBytes);
      const signature = this.#crypto.sign(message, key.secretKey);
      return { message, signature, publicKey: key.publicKey };
    });
    await collectGarbage();
    const before = process.cpuUsage();
    for (const { message, signature, publicKey } of signed) {
      if (!this.#crypto.verify(signature, message, publicKey)) throw new Error('not verified');
    }
    return cpuUsSince(before) / count;
  }

  /** CPU microseconds from bytes in hand to held, commits and syncs included. */
  async ingestCpuUs(bundles: readonly CarriedBundle[]): Promise<number> {
    await collectGarbage();
    const before = process.cpuUsage();
    // In slices of what arrives within one window of the group commit.
    for (let at = 0; at < bundles.length; at += 200) {
      await this.#putAll(bundles.slice(at, at + 200));
    }
    return cpuUsSince(before) / bundles.length;
  }

  async close(): Promise<void> {
    this.#node.stop();
    await this.#store.close();
  }

  #putAll(bundles: readonly CarriedBundle[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = bundles.length;
      for (const bundle of bundles) {
        this.#node.put(bundle, (answer) => {
          if (!answer.ok) reject(new Error(`refused: ${answer.reason}`));
          else if (--left === 0) resolve();
        });
      }
    });
  }
}

/** Signing thousands of bundles leaves more behind than the part that is measured. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  // Sweeping goes on beside it for a while.
  await setTimeout(60);
}

function cpuUsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
