/**
 * The phone's side of one site, joined from its parts: keys, connection, a reading and a writing
 * half. What the page can do is a method here or of the halves; what it shows goes into the view
 * model. It touches the platform only through what it is given.
 */
import {
  type Clock,
  type Crypto,
  decodeTicket,
  equalBytes,
  HybridClock,
  type KeyPair,
  type Random,
  ticketIdOf,
  toBase64url,
  toHex,
} from '@muster/core';
import { type ChannelWish, createChannel } from '../channels/create.ts';
import { Connection, type ConnectionState, isGateReason } from '../connection/connection.ts';
import type { Challenge, NodeMessage, Welcome } from '../connection/wire.ts';
import { makeIdentity, sessionProof } from '../identity/keys.ts';
import { webLimits } from '../limits.ts';
import type { OpenSocket } from '../platform/browser-socket.ts';
import type { TabHint } from '../platform/tabs.ts';
import type { Database } from '../storage/database.ts';
import type { ChannelRecord, IdentityRecord, TicketRecord } from '../storage/records.ts';
import { Admission } from '../trust/admission.ts';
import { NearbyWatch } from './nearby-watch.ts';
import { Reader } from './reader.ts';
import type { Gate, ViewModel } from './view-model.ts';
import { Writer } from './writer.ts';

export interface ClientParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly random: Random;
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  readonly model: ViewModel;
  tellTabs(hint: TabHint): void;
}

export class Client {
  readonly connection: Connection;
  readonly admission: Admission;
  readonly reader: Reader;
  readonly nearby: NearbyWatch;
  readonly #parts: ClientParts;
  readonly #hybrid = new HybridClock();
  #writer: Writer | undefined;
  #device: KeyPair | undefined;
  #ticket: TicketRecord | undefined;
  /** Counts sessions and their ends. */
  #session = 0;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    const { model } = parts;
    const send = (message: object) => this.connection.send(message);
    this.admission = new Admission({
      ...parts,
      send,
      onTrust: () => void this.reader.onTrust().catch(() => this.#failed()),
      onBetter: () => this.connection.again(),
    });
    this.nearby = new NearbyWatch({ ...parts, send });
    const trust = this.admission.trust.book;
    this.reader = new Reader({ ...parts, hybrid: this.#hybrid, send, trust });
    this.connection = new Connection({
      ...parts,
      answer: (challenge) => this.#answer(challenge),
      onState: (state) => {
        model.connection.value = state;
        model.gate.value = gateOf(state, model.gate.value);
        if (state.kind !== 'connected') this.#close();
      },
      onWelcome: (welcome, nodeKey) => {
        this.#open(welcome, nodeKey).catch(() => this.#failed());
      },
      onMessage: (message) => this.#onMessage(message),
    });
  }

  /** 16 bytes. */
  get site(): Uint8Array {
    return this.#parts.site;
  }

  get crypto(): Crypto {
    return this.#parts.crypto;
  }

  /** Undefined until the person has a name and keys. */
  get writer(): Writer | undefined {
    return this.#writer;
  }

  /** Loads what is kept; true when the person has keys here already. */
  async load(): Promise<boolean> {
    const { db, model } = this.#parts;
    model.persistent.value = db.persistent;
    const [identity, ticket] = await db.read(['meta'], async (tx) => [
      await tx.get<IdentityRecord>('meta', 'identity'),
      await tx.get<TicketRecord>('meta', 'ticket'),
    ]);
    this.#ticket = ticket as TicketRecord | undefined;
    await this.admission.load();
    if (!identity) return false;
    await this.#become(identity as IdentityRecord);
    return true;
  }

  /** First use: keys are made and kept. If another tab was faster, its keys are taken. */
  async begin(name: string): Promise<void> {
    const { db, crypto, random } = this.#parts;
    const made = makeIdentity(crypto, random, name);
    const identity = await db.write(
      ['meta'],
      async (tx) => {
        const known = await tx.get<IdentityRecord>('meta', 'identity');
        if (known) return known;
        tx.put('meta', 'identity', made);
        return made;
      },
      { strict: true },
    );
    await this.#become(identity);
    this.#parts.tellTabs('identity');
  }

  /** Leaves a frozen key behind: new keys and a new chain; channels and messages stay. */
  async beginAnew(name: string): Promise<void> {
    const { db, crypto, random } = this.#parts;
    this.stop();
    const identity = makeIdentity(crypto, random, name);
    await db.write(
      ['meta', 'outbox'],
      async (tx) => {
        tx.put('meta', 'identity', identity);
        tx.delete('meta', 'ticket');
        tx.delete('meta', 'grant');
        tx.delete('meta', 'chain');
        const entries = await tx.range('outbox', { limit: webLimits.outboxEntriesMax });
        for (const [key] of entries) tx.delete('outbox', key);
      },
      { strict: true },
    );
    this.#parts.tellTabs('keys');
  }

  /** A guest pass that was scanned, pasted or opened. */
  async usePass(text: string): Promise<void> {
    await this.admission.usePass(text).catch(() => this.#failed());
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
  }

  async rename(name: string): Promise<void> {
    const { db, model } = this.#parts;
    await db.write(['meta'], async (tx) => {
      const identity = await tx.get<IdentityRecord>('meta', 'identity');
      if (identity) tx.put('meta', 'identity', { ...identity, name });
    });
    if (model.self.value) model.self.value = { ...model.self.value, name };
    this.#parts.tellTabs('identity');
    // A session has one name: the new one takes a new session, which also says the profile again.
    this.stop();
    this.start();
  }

  /** Makes a channel of one's own; undefined when no more channels can be followed. */
  async createChannel(wish: ChannelWish): Promise<ChannelRecord | undefined> {
    const { crypto, random, site } = this.#parts;
    if (!this.#device || !this.#writer || this.reader.channels.isFull) return undefined;
    const creator = this.#device.publicKey;
    const record = createChannel({ crypto, random, site, creator }, wish);
    const joined = await this.reader.join(record);
    await this.#writer.keepKnown(this.#role());
    return joined;
  }

  /** A channel of one's own gets another topic or other writers, and is described anew at once. */
  async describeChannel(
    tagHex: string,
    change: Pick<ChannelRecord, 'topic' | 'writers'>,
  ): Promise<void> {
    const { channels } = this.reader;
    const revision = (channels.joined.get(tagHex)?.revision ?? 0) + 1;
    await channels.change(tagHex, { ...change, revision, describedUnixMs: 0 });
    await this.#writer?.keepKnown(this.#role());
  }

  /** Deletes the keys and everything else of this site from the phone. */
  async forget(): Promise<void> {
    this.stop();
    await this.#parts.db.destroy();
    this.#parts.tellTabs('keys');
  }

  /** Another tab changed the database. */
  async onTabHint(hint: TabHint): Promise<void> {
    if (hint === 'outbox') await this.#writer?.load();
    if (hint === 'channels') await this.reader.loadChannels();
    if (hint === 'identity') await this.load();
  }

  async #become(identity: IdentityRecord): Promise<void> {
    const { crypto, model } = this.#parts;
    this.#device = crypto.keyPairFromSeed(identity.deviceSeed);
    const person = crypto.keyPairFromSeed(identity.personSeed);
    const { name } = identity;
    const key = toHex(this.#device.publicKey);
    const role = this.#role();
    const frozen = model.self.value?.frozen === true;
    model.self.value = { name, key, person: toHex(person.publicKey), role, frozen };
    await this.admission.loadGrants(key);
    await this.reader.load({ key, name });
    if (this.#writer) return;
    this.#writer = new Writer({
      ...this.#parts,
      hybrid: this.#hybrid,
      device: this.#device,
      channels: this.reader.channels,
      send: (message) => this.connection.send(message),
      onWritten: () => this.#parts.tellTabs('outbox'),
    });
    await this.#writer.load();
  }

  #answer(challenge: Challenge): object | undefined {
    if (!this.#device || !equalBytes(challenge.site, this.#parts.site)) return undefined;
    const proof = sessionProof(this.#parts.crypto, this.#device, challenge);
    return {
      type: 'session',
      device: toBase64url(this.#device.publicKey),
      signature: toBase64url(proof),
      name: this.#parts.model.self.value?.name ?? '',
      ...this.admission.shown(this.#ticket),
    };
  }

  async #open(welcome: Welcome, nodeKey: Uint8Array): Promise<void> {
    const session = ++this.#session;
    const { db, crypto, model } = this.#parts;
    const { ticket: wire, role, frozen } = welcome;
    const reading = this.reader.open(nodeKey, welcome);
    this.nearby.open(nodeKey);
    if (model.self.value) model.self.value = { ...model.self.value, role, frozen };
    const subject = decodeTicket(wire)?.subject;
    if (subject && this.#device && equalBytes(subject, this.#device.publicKey)) {
      const ticket = { wire, id: ticketIdOf(crypto, wire), role };
      this.#ticket = ticket;
      await db.write(['meta'], async (tx) => tx.put('meta', 'ticket', ticket));
    }
    this.admission.open();
    await reading;
    // It may have ended meanwhile; then there is nobody to hand anything to.
    if (session === this.#session) await this.#writer?.open(nodeKey, welcome);
  }

  #close(): void {
    this.#session++;
    this.admission.close();
    this.reader.close();
    this.#writer?.close();
  }

  #onMessage(message: NodeMessage): void {
    this.admission.onMessage(message).catch(() => this.#failed());
    this.reader.onMessage(message);
    this.nearby.onMessage(message);
    this.#writer?.onMessage(message);
  }

  #failed(): void {
    this.#parts.model.storageFailed.value = true;
  }

  #role(): string {
    return this.#ticket?.role ?? 'guest';
  }
}

/** It stays while the page tries again, so that it does not come and go. */
function gateOf(state: ConnectionState, before: Gate | undefined): Gate | undefined {
  if (state.kind === 'waiting') return { kind: 'waiting', place: state.place };
  if (state.kind === 'connected') return undefined;
  if (state.kind !== 'offline') return before;
  const { reason } = state;
  return isGateReason(reason) || reason === 'not-admitted' ? { kind: reason } : before;
}
