/**
 * Two boxes, from the store to the stream, in virtual time: real nodes, real libp2p over a LAN that
 * falls silent, one way or both, and loses connections at one end, beside a medium that does the
 * same; one box restarts, and wall clocks jump. What happens is drawn from a seed, and judged.
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createLibp2pTransport, type Libp2pTransport } from '@muster/adapters/transport-libp2p';
import { ClockQuality, compareBytes, Lane, MeshNode, Role, toHex } from '@muster/core';
import {
  createMemoryLogger,
  FakeClock,
  intBelow,
  MemoryStore,
  pick,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';
import { TestAir, type TestMedium } from './test-air.ts';

const crypto = createSodiumCrypto();
const stepMs = 25;
const eventsMax = 14;
const sightEveryMs = 5_000;
/** Urgent, where one way lives all the time: doubt, a dial, the hellos, and a slow machine. */
const urgentMsMax = 8_000;
/** The same where a LAN was dead one way only, or the radio fell silent (docs/adr/0030). */
const urgentSlowMsMax = 13_000;
/** Each end's kernel asks an idle peer, and gives it up. */
const kernelMs = 13_000;
const calmMs = 40_000;
const yearMs = 365 * 86_400_000;

interface Box {
  readonly name: 'low' | 'high';
  readonly key: ReturnType<SampleSite['node']>;
  readonly medium: TestMedium;
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly shown: string[];
  /** Shown, or found on disk by a later start. */
  readonly here: Set<string>;
  node: MeshNode;
  transport: Libp2pTransport;
}

interface Written {
  readonly id: string;
  readonly to: Box;
  readonly lane: Lane;
  readonly atMs: number;
  /** Ways that have lived since. */
  readonly living: Set<string>;
  msMax: number;
}

const addressOf = { low: 'r-00000000000a', high: 'r-00000000000b' };

export class DrawnBoxes {
  readonly #seed: number;
  readonly #random: SeededRandom;
  readonly #clock = new FakeClock();
  readonly #site: SampleSite;
  readonly #air: TestAir;
  readonly #told: string[] = [];
  readonly #written: Written[] = [];
  #boxes!: readonly [Box, Box];
  #proxy!: TcpProxy;
  #lanLives = true;
  #airLives = true;
  #sightedMs = 0;
  #busy = 0;
  #falls = 0;
  #isOneWay = false;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new SeededRandom(seed);
    this.#site = new SampleSite(crypto, this.#random);
    this.#air = new TestAir(this.#clock, {
      latencyMs: 5 + this.#below(60),
      bytesPerSecond: 30_000,
    });
  }

  /** Rejects with what went wrong and all that had happened. */
  async run(): Promise<void> {
    await this.#start();
    try {
      const count = 3 + this.#below(eventsMax);
      for (let i = 0; i < count; i += 1) {
        await this.#happen();
        await this.#pass(pick(this.#random, [25, 100, 500, 2_000, 4_000, 9_000]));
      }
      await this.#calmDown();
      this.#judge();
    } finally {
      await this.#stop();
    }
    assert.equal(this.#clock.waiting, 0, this.#story('a timer outlives its box'));
  }

  async #happen(): Promise<void> {
    const events: (() => void | Promise<void>)[] = [
      () => this.#lanFalls(),
      () => this.#lanReturns(),
      () => this.#airFalls(),
      () => this.#airReturns(),
      () => this.#lose(),
      () => this.#jump(),
      () => this.#restart(),
      () => this.#write(Lane.normal),
      () => this.#write(Lane.urgent),
      () => this.#write(Lane.urgent),
      () => this.#write(Lane.urgent),
    ];
    await pick(this.#random, events)();
  }

  #lanFalls(): void {
    const way = pick(this.#random, [undefined, undefined, 'toTarget', 'fromTarget'] as const);
    this.#say(`the LAN falls silent, ${way ?? 'both ways'}`);
    this.#lanLives = false;
    this.#proxy.freeze(way);
    const falls = ++this.#falls;
    this.#clock.after(kernelMs, () => {
      if (this.#lanLives || falls !== this.#falls) return;
      for (const end of ['dialler', 'target'] as const) this.#proxy.lose(end);
    });
    for (const { living } of this.#written) living.delete('lan');
    if (way !== undefined) this.#slow();
    this.#isOneWay = way !== undefined;
  }

  #lanReturns(): void {
    this.#say('the LAN returns');
    this.#lanLives = true;
    this.#proxy.thaw();
    this.#sight();
  }

  #airFalls(): void {
    const silently = this.#below(2) === 0;
    this.#say(`the air ${silently ? 'falls silent' : 'is cut'}`);
    this.#airLives = false;
    for (const stream of this.#air.pairs.flat()) {
      if (silently) stream.isSilent = true;
      else if (!stream.isClosed) stream.cut();
    }
    for (const { living } of this.#written) living.delete('air');
    this.#slow();
  }

  #slow(): void {
    for (const written of this.#written) written.msMax = urgentSlowMsMax;
  }

  #airReturns(): void {
    this.#say('the air returns');
    this.#airLives = true;
    for (const { medium } of this.#boxes) medium.onPeers();
  }

  /** A kernel gives its connections up, and nobody tells the other end. */
  #lose(): void {
    if (this.#lanLives) return;
    const end = pick(this.#random, ['dialler', 'target'] as const);
    this.#say(`the ${end} loses its connections`);
    this.#proxy.lose(end);
  }

  #jump(): void {
    const { name, clock } = pick(this.#random, this.#boxes);
    const years = this.#below(80) - 40;
    this.#say(`the clock of ${name} jumps by ${years} years`);
    clock.setWall(clock.wall().unixMs + years * yearMs, ClockQuality.unknown);
  }

  #write(lane: Lane): void {
    const at = this.#below(2);
    const [from, to] = [this.#boxes[at]!, this.#boxes[1 - at]!];
    const author = this.#site.author(Role.staff);
    const bundle = author.write('x'.repeat(1 + this.#below(300)), { lane });
    const id = toHex(bundle.id);
    this.#say(
      `${from.name} writes ${lane === Lane.urgent ? 'urgent' : 'normal'} ${id.slice(0, 6)}`,
    );
    const living = new Set([
      ...(this.#lanLives ? ['lan'] : []),
      ...(this.#airLives ? ['air'] : []),
    ]);
    const isSlow = !this.#airLives || (!this.#lanLives && this.#isOneWay);
    const msMax = isSlow ? urgentSlowMsMax : urgentMsMax;
    this.#written.push({ id, to, lane, atMs: this.#nowMs, living, msMax });
    from.node.put(bundle.carried, () => {});
  }

  /** Without a word where the LAN is silent, else as an orderly stop. The lower one dials. */
  async #restart(): Promise<void> {
    const [low] = this.#boxes;
    this.#say('low restarts');
    low.node.stop();
    await this.#while(low.transport.stop());
    // Its air is back at once, and it is away for the time of this.
    for (const written of this.#written) if (!this.#has(written)) written.living.clear();
    this.#begin(low);
    await this.#while(low.transport.start((link) => low.node.addLink(link)));
  }

  async #calmDown(): Promise<void> {
    const lives = pick(this.#random, ['lan', 'air', 'both']);
    this.#say(`from now on lives ${lives}`);
    if (lives !== 'air') this.#lanReturns();
    else if (this.#lanLives) this.#lanFalls();
    if (lives !== 'lan') this.#airReturns();
    else if (this.#airLives) this.#airFalls();
    await this.#pass(calmMs);
  }

  #judge(): void {
    for (const written of this.#written) {
      const name = `${written.id.slice(0, 6)} to ${written.to.name}`;
      assert.ok(this.#has(written), this.#story(`${name} has not come`));
    }
    for (const { name, shown, transport, node } of this.#boxes) {
      assert.equal(new Set(shown).size, shown.length, this.#story(`${name} was shown one twice`));
      const links = transport.links().map(({ medium }) => medium);
      assert.equal(links.length, 1, this.#story(`${name} has links ${links}`));
      if (this.#lanLives) assert.deepEqual(links, ['lan'], this.#story(`${name} is on air`));
      const states = node.status().neighbours.map(({ state }) => state);
      assert.deepEqual(states, ['live'], this.#story(`${name}: sessions ${states}`));
    }
  }

  #has({ id, to }: Written): boolean {
    return to.here.has(id);
  }

  async #start(): Promise<void> {
    const keys = ['one', 'two'].map((name) => this.#site.node(name));
    keys.sort((a, b) => compareBytes(a.key.publicKey, b.key.publicKey));
    this.#boxes = [this.#box('low', keys[0]!), this.#box('high', keys[1]!)];
    for (const box of this.#boxes) {
      this.#begin(box);
      await this.#while(box.transport.start((link) => box.node.addLink(link)));
    }
    this.#proxy = await startProxy(this.#boxes[1].transport.addresses()[0]!);
    this.#sight();
    await this.#pass(pick(this.#random, [0, 100, 6_000]));
  }

  #box(name: Box['name'], key: Box['key']): Box {
    const clock = this.#clock.fork();
    const medium = this.#air.medium(addressOf[name]);
    const store = new MemoryStore({ clock });
    const box = { name, key, medium, clock, store, shown: [], here: new Set() } as unknown as Box;
    this.#dialsWhereNeeded(box);
    return box;
  }

  #begin(box: Box): void {
    const { clock, medium, store, shown, here } = box;
    for (const { id } of store.since({ row: 0, limit: 1_000 })) here.add(toHex(id));
    const { key, certificate } = box.key;
    const parts = { clock, random: this.#random.fork(), logger: createMemoryLogger(), crypto };
    const listen = ['/ip4/127.0.0.1/tcp/0'];
    box.transport = createLibp2pTransport({
      key,
      listen,
      bootstrap: [],
      media: [medium],
      ...parts,
    });
    box.node = new MeshNode({
      ...parts,
      store,
      siteKey: this.#site.key.publicKey,
      key,
      certificate,
    });
    box.node.start({
      onBundle: ({ id }) => {
        shown.push(toHex(id));
        here.add(toHex(id));
      },
      ...{ onHeld() {}, onNeighbours() {}, onPolicy() {}, onTrust() {}, onAct() {}, onClone() {} },
    });
  }

  /** As Bluetooth does: who is not there, or in doubt, is dialled, and again after a while. */
  #dialsWhereNeeded({ name, medium }: Box): void {
    const other = name === 'low' ? addressOf.high : addressOf.low;
    let dialling = false;
    medium.onPeersDo = (host) => {
      const [peer] = host.peers();
      if (dialling || !this.#airLives || (peer !== undefined && !peer.isDoubtful)) return;
      dialling = true;
      const again = (): void => {
        this.#clock.after(1_000, () => {
          dialling = false;
          if (medium.host !== undefined) medium.onPeers();
        });
      };
      host.dial(other).then(again, again);
    };
  }

  #sight(): void {
    const [low, high] = this.#boxes;
    this.#sightedMs = this.#nowMs;
    if (!this.#lanLives) return;
    const nodeKey = high.key.key.publicKey;
    low.transport.addSighting({ nodeKey, addresses: [this.#proxy.address] });
  }

  async #pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.#clock.advance(stepMs);
      await wait(1);
      if (this.#nowMs - this.#sightedMs >= sightEveryMs) this.#sight();
      // A radio looks by itself, not only when somebody came or went.
      if (this.#nowMs % 500 === 0) for (const { medium } of this.#boxes) medium.onPeers();
      this.#lookForLate();
    }
  }

  #lookForLate(): void {
    for (const written of this.#written) {
      const { lane, atMs, living, id, msMax } = written;
      if (lane !== Lane.urgent || living.size === 0 || this.#has(written)) continue;
      if (this.#busy > 0 || this.#nowMs - atMs <= msMax) continue;
      assert.fail(this.#story(`urgent ${id.slice(0, 6)} is late, though ${[...living]} lived`));
    }
  }

  async #while<T>(promise: Promise<T>): Promise<T> {
    this.#busy += 1;
    let isDone = false;
    promise
      .finally(() => {
        isDone = true;
      })
      .catch(() => {});
    while (!isDone) {
      this.#clock.advance(stepMs);
      await wait(1);
    }
    this.#busy -= 1;
    return await promise;
  }

  async #stop(): Promise<void> {
    for (const { node } of this.#boxes) node.stop();
    await this.#while(Promise.all(this.#boxes.map(({ transport }) => transport.stop())));
    await this.#proxy.stop();
    this.#clock.advance(60_000);
  }

  #below(n: number): number {
    return intBelow(this.#random, n);
  }

  get #nowMs(): number {
    return this.#clock.monotonicMs();
  }

  #say(what: string): void {
    this.#told.push(`${this.#nowMs} ms: ${what}`);
  }

  #story(what: string): string {
    return [`seed ${this.#seed}, ${this.#nowMs} ms: ${what}`, ...this.#told].join('\n');
  }
}
