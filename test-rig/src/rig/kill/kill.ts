/**
 * `npm run rig -- kill`: the agent is killed (kill -9) at random moments while phones write, and
 * started again; whatever was answered *held* must still be there, every time (steps 2 and 3).
 * The seed of the moments is printed; the system's scheduling is beyond it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import {
  dataFolderAt,
  NodeSession,
  openDataFolder,
  openIdentity,
  openSite,
  requireRoot,
} from '@muster/agent';
import { type Crypto, decodeBundle, Role, siteChannelTag, toHex, verifyBundle } from '@muster/core';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { issueTicket, type RootedSite } from '@muster/provisioning';
import type { RigReport } from '../report.ts';
import { AgentProcess } from './agent-process.ts';
import { write } from './writer.ts';

export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
}

const writers = 4;
/** Under the burst of messages that a session may send. */
const bundlesPerWriter = 100;
const killAfterMsMax = 250;

export function runKill(
  say: (line: string) => void,
  options: KillOptions = { rounds: 50, seed: Date.now() >>> 0 },
): Promise<RigReport> {
  return new KillRig(say, options).run();
}

class KillRig {
  readonly #say: (line: string) => void;
  readonly #options: KillOptions;
  readonly #random: SeededRandom;
  readonly #crypto: Crypto = createSodiumCrypto();
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-kill-'));
  readonly #held = new Set<string>();
  readonly #failures: string[] = [];
  #site: RootedSite | undefined;
  #starts: number[] = [];

  constructor(say: (line: string) => void, options: KillOptions) {
    this.#say = say;
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
  }

  async run(): Promise<RigReport> {
    const { rounds, seed } = this.#options;
    this.#say(`seed ${seed}, ${rounds} rounds`);
    try {
      this.#site = this.#makeSite();
      const port = await freePort();
      for (let round = 1; round <= rounds; round++) {
        const agent = await this.#start(port);
        await this.#verify(agent, round);
        await this.#writeAndKill(agent);
        if (round % 10 === 0) this.#say(`${round} kills, ${this.#held.size} bundles held`);
      }
      const last = await this.#start(port);
      await this.#verify(last, rounds + 1);
      await last.kill();
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
    const starts = this.#starts.toSorted((a, b) => a - b);
    return {
      name: 'kill',
      figures: {
        seed,
        kills: rounds,
        heldBundles: this.#held.size,
        startMedianMs: Math.round(starts[Math.floor(starts.length / 2)] ?? 0),
      },
      failures: this.#failures,
    };
  }

  #makeSite(): RootedSite {
    const folder = dataFolderAt(this.#folder);
    openDataFolder(folder);
    const crypto = this.#crypto;
    const random = createSystemRandom();
    const made = { crypto, random, siteName: 'Rig', nodeName: 'rig', makeSite: true };
    openIdentity(folder, made);
    return requireRoot(folder, crypto, openSite(folder, made).site);
  }

  async #start(port: number): Promise<AgentProcess> {
    const startedMs = performance.now();
    const agent = await AgentProcess.start(this.#folder, port);
    this.#starts.push(performance.now() - startedMs);
    return agent;
  }

  /** Everything that was ever answered *held* is shown, whole and signed. */
  async #verify(agent: AgentProcess, round: number): Promise<void> {
    const shown = await this.#readAll(agent);
    const lost = [...this.#held].filter((id) => !shown.has(id));
    if (lost.length > 0) this.#failures.push(`round ${round}: ${lost.length} held bundles lost`);
  }

  async #readAll(agent: AgentProcess): Promise<Set<string>> {
    const crypto = this.#crypto;
    const shown = new Set<string>();
    const caughtUp = Promise.withResolvers<void>();
    const key = crypto.keyPairFromSeed(this.#random.bytes(32));
    const session = await NodeSession.open({
      url: agent.url,
      crypto,
      key,
      name: 'reader',
      tickets: [],
      onBundles: (items, more) => {
        for (const { signed, signature } of items) {
          const decoded = decodeBundle(crypto, signed, signature);
          if (decoded.ok && verifyBundle(crypto, decoded.value)) shown.add(toHex(decoded.value.id));
          else this.#failures.push('a bundle is not what its author signed');
        }
        if (!more) caughtUp.resolve();
      },
    });
    session.follow(siteChannelTag(crypto, this.#site!.siteKey, 'general'), new Uint8Array(25));
    await caughtUp.promise;
    session.close();
    return shown;
  }

  async #writeAndKill(agent: AgentProcess): Promise<void> {
    const crypto = this.#crypto;
    const site = this.#site!;
    const writing = Array.from({ length: writers }, (_, serial) => {
      const key = crypto.keyPairFromSeed(this.#random.bytes(32));
      const ticket = issueTicket(crypto, site, {
        subject: key.publicKey,
        role: Role.staff,
        serial,
      });
      const textBytes = intBelow(this.#random, 600);
      const { siteKey } = site;
      const given = { url: agent.url, crypto, key, siteKey, ticket, textBytes };
      return write({ ...given, count: bundlesPerWriter }, (id) => this.#held.add(id));
    });
    const written = Promise.allSettled(writing);
    await delay(intBelow(this.#random, killAfterMsMax));
    await agent.kill();
    await written;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
