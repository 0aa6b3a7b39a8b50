/**
 * One data folder with an agent that is killed over and over, in the middle of its start and under
 * load, and what phones were told is held there (steps 2 and 3).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import {
  anyFreePort,
  dataFolderAt,
  NodeSession,
  openDataFolder,
  openIdentity,
  openSite,
  requireRoot,
  type ShownBundle,
} from '@muster/agent';
import { type Crypto, decodeBundle, Role, siteChannelTag, toHex, verifyBundle } from '@muster/core';
import { chance, intBelow, type SeededRandom } from '@muster/core/testing';
import { issueTicket, type RootedSite } from '@muster/provisioning';
import { AgentProcess } from './agent-process.ts';
import { write } from './writer.ts';

const writers = 4;
/** Under the burst of messages that a session may send. */
const bundlesPerWriter = 100;
/** After the first bundle of a round that was answered held, however busy the machine is. */
const killAfterMsMax = 250;
/** Rounds in which it is killed before that, maybe. */
const earlyShare = 0.2;
/** Starts that are killed before they come to their end. */
const cutStartShare = 0.3;
const cutStartMsMax = 450;

export class KilledBox {
  readonly failures: string[] = [];
  readonly startsMs: number[] = [];
  kills = 0;
  cutStarts = 0;
  readonly #random: SeededRandom;
  readonly #crypto: Crypto = createSodiumCrypto();
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-kill-'));
  readonly #held = new Set<string>();
  /** Whose signature was looked at already. */
  readonly #genuine = new Set<string>();
  readonly #site: RootedSite;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#site = this.#makeSite();
  }

  get heldCount(): number {
    return this.#held.size;
  }

  /** Starts, looks, lets people write and kills, so many times; and looks once more. */
  async run(rounds: number, onRound: () => void): Promise<void> {
    try {
      const port = await anyFreePort('127.0.0.1');
      for (let round = 1; round <= rounds; round++) {
        if (chance(this.#random, cutStartShare)) await this.#cutStart(port);
        const agent = await this.#start(port);
        await this.#verify(agent, round);
        await this.#writeAndKill(agent);
        onRound();
      }
      const last = await this.#start(port);
      await this.#verify(last, rounds + 1);
      await last.kill();
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
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

  async #cutStart(port: number): Promise<void> {
    await AgentProcess.cut(this.#folder, port, intBelow(this.#random, cutStartMsMax));
    this.cutStarts++;
  }

  async #start(port: number): Promise<AgentProcess> {
    const startedMs = performance.now();
    const agent = await AgentProcess.start(this.#folder, port);
    this.startsMs.push(performance.now() - startedMs);
    return agent;
  }

  /** Everything that was ever answered *held* is shown, whole and signed. */
  async #verify(agent: AgentProcess, round: number): Promise<void> {
    const shown = await this.#readAll(agent);
    const lost = [...this.#held].filter((id) => !shown.has(id));
    if (lost.length > 0) this.failures.push(`round ${round}: ${lost.length} held bundles lost`);
  }

  async #readAll(agent: AgentProcess): Promise<Set<string>> {
    const crypto = this.#crypto;
    const shown = new Set<string>();
    const caughtUp = Promise.withResolvers<void>();
    const session = await NodeSession.open({
      url: agent.url,
      crypto,
      key: crypto.keyPairFromSeed(this.#random.bytes(32)),
      name: 'reader',
      tickets: [],
      onBundles: (items, more) => {
        for (const item of items) {
          const id = this.#genuineId(item);
          if (id === undefined) this.failures.push('a bundle is not what its author signed');
          else shown.add(id);
        }
        if (!more) caughtUp.resolve();
      },
    });
    session.follow(siteChannelTag(crypto, this.#site.siteKey, 'general'), new Uint8Array(25));
    await caughtUp.promise;
    session.close();
    return shown;
  }

  /** Undefined for what its author did not sign. The id names the very octets and signature. */
  #genuineId({ signed, signature }: ShownBundle): string | undefined {
    const decoded = decodeBundle(this.#crypto, signed, signature);
    if (!decoded.ok) return undefined;
    const id = toHex(decoded.value.id);
    const known = `${id} ${toHex(signature)}`;
    if (this.#genuine.has(known)) return id;
    if (!verifyBundle(this.#crypto, decoded.value)) return undefined;
    this.#genuine.add(known);
    return id;
  }

  async #writeAndKill(agent: AgentProcess): Promise<void> {
    const crypto = this.#crypto;
    const site = this.#site;
    const first = Promise.withResolvers<void>();
    const onHeld = (id: string): void => {
      this.#held.add(id);
      first.resolve();
    };
    const writing = Array.from({ length: writers }, (_, serial) => {
      const key = crypto.keyPairFromSeed(this.#random.bytes(32));
      const subject = { subject: key.publicKey, role: Role.staff, serial };
      const ticket = issueTicket(crypto, site, subject);
      const textBytes = intBelow(this.#random, 600);
      const { siteKey } = site;
      const given = { url: agent.url, crypto, key, siteKey, ticket, textBytes };
      return write({ ...given, count: bundlesPerWriter }, onHeld);
    });
    const written = Promise.allSettled(writing);
    if (!chance(this.#random, earlyShare)) await Promise.race([first.promise, written]);
    await delay(intBelow(this.#random, killAfterMsMax));
    await agent.kill();
    this.kills++;
    await written;
  }
}
