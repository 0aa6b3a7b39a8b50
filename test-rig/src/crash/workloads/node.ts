/**
 * A whole node in its data folder (steps 2 and 3): identity, store, the mesh node on it, and the
 * node as an author. People write, some of what was answered and some of what was not is written
 * again after kill -9, as a phone does that heard nothing. What was answered *held* is there, and
 * nobody writes two bundles under one number.
 */
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { openSqliteStore } from '@muster/adapters/store-sqlite';
import {
  dataFolderAt,
  NodeAuthor,
  type NodeIdentity,
  openDataFolder,
  openIdentity,
  requireRoot,
} from '@muster/agent';
import {
  BundleKind,
  type CarriedBundle,
  equalBytes,
  MeshNode,
  Role,
  type Store,
  toHex,
  utf8,
} from '@muster/core';
import { createMemoryLogger, SampleAuthor, SampleSite, SeededRandom } from '@muster/core/testing';
import { issueTicket } from '@muster/provisioning';
import { checkSqliteFile, quarantinesOf } from './sqlite-file.ts';
import type { KilledAtSync, LifeOptions, Mark, Promises, Workload } from './workload.ts';

const lives = 5;
const bundlesPerLife = 14;
/** Written at the end of a life and never waited for. */
const unheardPerLife = 6;
const ownEvery = 3;
const cursor = 'gateway/cursor';

type NodeMark =
  | { readonly site: string; readonly node: string }
  | { readonly held: string }
  /** The node's own bundle went out under this number. */
  | { readonly own: number }
  | { readonly cursor: number };

export const nodeWorkload: Workload<NodeMark> = {
  name: 'node',
  lives,
  live,
  promises: () => new NodePromises(),
};

const crypto = createSodiumCrypto();

interface Running {
  readonly identity: NodeIdentity;
  readonly store: Store;
  readonly node: MeshNode;
  readonly author: NodeAuthor;
  close(): Promise<void>;
}

/** As the agent does it. */
function start(path: string, random: SeededRandom): Running {
  const folder = dataFolderAt(path);
  openDataFolder(folder);
  const named = { siteName: 'Rig', nodeName: 'rig', makeSite: true };
  const identity = openIdentity(folder, { crypto, random, ...named });
  const logger = createMemoryLogger();
  const { store } = openSqliteStore({ path: folder.storeFile, logger, reserveBytes: 8_192 });
  const clock = createSystemClock();
  const { key, certificate } = identity.node;
  const { siteKey } = identity.site;
  const node = new MeshNode({ crypto, random, clock, store, logger, siteKey, key, certificate });
  node.start({ onBundle() {}, onHeld() {}, onNeighbours() {}, onPolicy() {} });
  const author = new NodeAuthor({ node, folder, identity, crypto, clock, logger });
  const close = (): Promise<void> => {
    node.stop();
    return store.close();
  };
  return { identity, store, node, author, close };
}

async function live(options: LifeOptions<NodeMark>): Promise<KilledAtSync> {
  const { life, folder, seed, mark } = options;
  const running = start(`${folder}/data`, new SeededRandom(seed));
  const { identity } = running;
  mark({ site: toHex(identity.site.siteKey), node: toHex(identity.node.key.publicKey) });
  const phone = new Phone(running, { folder: `${folder}/data`, seed, mark });
  for (let before = 0; before < life; before++) phone.writeAll();
  // Of what was said before the kill: the answer may have been on its way.
  await Promise.all(phone.last(2 * unheardPerLife).map((bundle) => phone.put(bundle)));
  const bundles = phone.writeAll();
  const own: Promise<void>[] = [];
  for (const [i, bundle] of bundles.slice(0, bundlesPerLife).entries()) {
    if (i % ownEvery === 0) own.push(phone.ownWrite(`${life}.${i}`), phone.move(life * 100 + i));
    await phone.put(bundle);
  }
  await Promise.all(own);
  for (const bundle of bundles.slice(bundlesPerLife)) void phone.put(bundle);
  if (life % 4 === 3) {
    await running.close();
    return undefined;
  }
  return 1;
}

/** Somebody at the node whose bundles are the same every time they are made. */
class Phone {
  readonly #running: Running;
  readonly #mark: Mark<NodeMark>;
  readonly #author: SampleAuthor;
  readonly #written: CarriedBundle[] = [];

  constructor(
    running: Running,
    options: { readonly folder: string; readonly seed: number; readonly mark: Mark<NodeMark> },
  ) {
    this.#running = running;
    this.#mark = options.mark;
    const rooted = requireRoot(dataFolderAt(options.folder), crypto, running.identity.site);
    const site = new SampleSite(crypto, { bytes: () => rooted.root.secretKey.slice(0, 32) });
    const key = crypto.keyPairFromSeed(new SeededRandom(options.seed + 7).bytes(32));
    const subject = { subject: key.publicKey, role: Role.staff, serial: 1 };
    this.#author = new SampleAuthor(site, key, issueTicket(crypto, rooted, subject));
  }

  /** What it writes in one life. */
  writeAll(): CarriedBundle[] {
    const count = bundlesPerLife + unheardPerLife;
    const from = this.#written.length;
    for (let i = from; i < from + count; i++) {
      this.#written.push(this.#author.write(`${i}`.repeat(1 + (i % 7) * 20)).carried);
    }
    return this.#written.slice(from);
  }

  last(count: number): CarriedBundle[] {
    return this.#written.slice(-count);
  }

  put(bundle: CarriedBundle): Promise<void> {
    return new Promise((resolve) => {
      this.#running.node.put(bundle, (answer) => {
        if (answer.ok) this.#mark({ held: toHex(answer.id) });
        resolve();
      });
    });
  }

  ownWrite(text: string): Promise<void> {
    const { author, node } = this.#running;
    return new Promise((resolve) => {
      const tag = this.#author.site.general;
      author.write({ kind: BundleKind.message, tag, payload: utf8(text) }, (answer) => {
        if (answer.ok) this.#mark({ own: node.author(author.key).seqMax });
        resolve();
      });
    });
  }

  /** A cursor of an uplink. */
  move(to: number): Promise<void> {
    return new Promise((resolve) => {
      this.#running.node.keep([[cursor, Uint8Array.of(to >> 8, to & 255)]], (isKept) => {
        if (isKept) this.#mark({ cursor: to });
        resolve();
      });
    });
  }
}

class NodePromises implements Promises<NodeMark> {
  readonly #held = new Set<string>();
  #made: { readonly site: string; readonly node: string } | undefined;
  #own = -1;
  #cursor = 0;

  saw(mark: NodeMark): void {
    if ('site' in mark) this.#made = mark;
    else if ('held' in mark) this.#held.add(mark.held);
    else if ('own' in mark) this.#own = Math.max(this.#own, mark.own);
    else this.#cursor = mark.cursor;
  }

  async check(folder: string): Promise<readonly string[]> {
    const running = start(`${folder}/data`, new SeededRandom(9));
    const faults = [...this.#keys(running), ...this.#bundles(running)];
    faults.push(...(await this.#ownNumber(running)));
    const [high = 0, low = 0] = running.node.value(cursor) ?? [];
    if (high * 256 + low < this.#cursor) faults.push('a cursor went back');
    await running.close();
    const { storeFile } = dataFolderAt(`${folder}/data`);
    return [...faults, ...quarantinesOf(storeFile), ...checkSqliteFile(storeFile)];
  }

  #keys({ identity }: Running): string[] {
    if (!this.#made) return [];
    const { site, node } = this.#made;
    const isSame = toHex(identity.site.siteKey) === site;
    if (isSame && toHex(identity.node.key.publicKey) === node) return [];
    return ['the node has another identity'];
  }

  #bundles({ node }: Running): string[] {
    const there = new Set(node.ofKind(BundleKind.message, 10_000).map(({ id }) => toHex(id)));
    const lost = [...this.#held].filter((id) => !there.has(id));
    return lost.map((id) => `${id.slice(0, 16)} was held and is lost`);
  }

  /** What the node signs next bears a number that nothing of it bears that went out. */
  async #ownNumber({ node, author }: Running): Promise<string[]> {
    const answer = await new Promise<Parameters<Parameters<NodeAuthor['write']>[1]>[0]>((resolve) =>
      author.write(
        { kind: BundleKind.message, tag: new Uint8Array(16), payload: utf8('after') },
        resolve,
      ),
    );
    if (!answer.ok) return [`the node cannot write: ${answer.reason}`];
    const written = node.ofKind(BundleKind.message, 10_000).find(({ id }) => {
      return equalBytes(id, answer.id);
    });
    if (!written) return ['what the node wrote is not there'];
    return written.seq > this.#own ? [] : [`number ${written.seq} after ${this.#own}`];
  }
}
