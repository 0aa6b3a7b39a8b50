/**
 * The writing half of the client (step 1): makes bundles of what the person says, through the
 * outbox, and hands them to the node of the session. What is too long never gets in.
 */
import {
  BundleKind,
  type Clock,
  type Crypto,
  encodeMessage,
  type HybridClock,
  type KeyPair,
  ok,
  profileTag,
  type Random,
  type Result,
  refused,
  roleLimits,
  Scope,
  sealOverheadBytes,
  type Timer,
} from '@muster/core';
import type { Channels } from '../channels/channels.ts';
import type { CreateParts } from '../channels/create.ts';
import type { NodeMessage, Welcome } from '../connection/wire.ts';
import { syncTimes } from '../limits.ts';
import { Delivery } from '../outbox/delivery.ts';
import { Outbox } from '../outbox/outbox.ts';
import { roleOf } from '../outbox/sign.ts';
import type { Database } from '../storage/database.ts';
import type { OutboxRecord } from '../storage/records.ts';
import { keepDescriptions, keepProfile } from './keep-known.ts';
import type { ViewModel } from './view-model.ts';

export interface WriterParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly random: Random;
  readonly clock: Clock;
  readonly hybrid: HybridClock;
  readonly site: Uint8Array;
  readonly device: KeyPair;
  readonly channels: Channels;
  readonly model: ViewModel;
  send(message: object): boolean;
  /** The outbox on disk changed; other tabs want to know. */
  onWritten(): void;
}

export type WriteFault = 'too-long' | 'outbox-full' | 'storage';

export class Writer {
  readonly #parts: WriterParts;
  readonly #outbox: Outbox;
  readonly #delivery: Delivery;
  #keeping: Timer | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.db, parts, (entries) => {
      parts.model.outbox.value = entries;
      this.#delivery?.pump();
    });
    this.#delivery = new Delivery({ outbox: this.#outbox, clock: parts.clock, send: parts.send });
  }

  load(): Promise<void> {
    return this.#outbox.load();
  }

  /** A session is open and its ticket is stored. */
  async open(nodeKey: Uint8Array, welcome: Welcome): Promise<void> {
    await this.#outbox.settle(welcome.seqMax);
    this.#delivery.open(nodeKey, welcome.ticket);
    if (!welcome.frozen) await this.#keepOn(welcome.role);
  }

  close(): void {
    this.#delivery.close();
    this.#keeping?.cancel();
  }

  /** Says again what is due, now and for as long as the session lives. */
  async #keepOn(role: string): Promise<void> {
    this.#keeping?.cancel();
    this.#keeping = this.#parts.clock.after(syncTimes.keepKnownEveryMs, () => {
      this.#keepOn(role).catch(() => this.#failed());
    });
    await this.keepKnown(role);
  }

  #failed(): void {
    this.#parts.model.storageFailed.value = true;
  }

  /** Says again what must stay known. */
  async keepKnown(role: string): Promise<void> {
    const { db, crypto, random, site, device, channels, clock } = this.#parts;
    const create: CreateParts = { crypto, random, site, creator: device.publicKey };
    const known = {
      db,
      outbox: this.#outbox,
      channels,
      create,
      profileTag: profileTag(crypto, site),
      now: () => clock.wall().unixMs,
    };
    await keepProfile(known);
    await keepDescriptions(known, role);
  }

  onMessage(message: NodeMessage): void {
    const failed = () => this.#failed();
    if (message.type === 'held') this.#delivery.onHeld(message).catch(failed);
    if (message.type === 'refused') this.#delivery.onRefused(message).catch(failed);
  }

  /** Bytes that a text would have left in this channel; below zero when it is too long. */
  bytesLeft(tagHex: string, text: string): number {
    const { model, channels } = this.#parts;
    const max = roleLimits[roleOf(model.self.value?.role ?? 'guest')].payloadBytesMax;
    const isPrivate = channels.joined.get(tagHex)?.kind === 'private';
    return max - this.#payload(text).length - (isPrivate ? sealOverheadBytes : 0);
  }

  /** Resolves once the message is on the phone's disk. */
  async write(
    tagHex: string,
    text: string,
    scope: Scope = Scope.anywhere,
  ): Promise<Result<OutboxRecord, WriteFault>> {
    const channel = this.#parts.channels.joined.get(tagHex);
    if (!channel || this.bytesLeft(tagHex, text) < 0) return refused('too-long');
    return this.#add({ tag: channel.tag, plain: this.#payload(text), scope });
  }

  /** A refused entry, once more, as a new message. */
  async again(entry: OutboxRecord): Promise<Result<OutboxRecord, WriteFault>> {
    const added = await this.#add(entry);
    if (added.ok) await this.#outbox.remove(entry.entry);
    return added;
  }

  async remove(entry: OutboxRecord): Promise<void> {
    await this.#outbox.remove(entry.entry);
    this.#parts.onWritten();
  }

  #payload(text: string): Uint8Array {
    return encodeMessage({ name: this.#parts.model.self.value?.name ?? '', text });
  }

  async #add(
    draft: Pick<OutboxRecord, 'tag' | 'plain' | 'scope'>,
  ): Promise<Result<OutboxRecord, WriteFault>> {
    const { tag, plain, scope } = draft;
    const kind = BundleKind.message;
    try {
      const added = await this.#outbox.add({ tag, kind, plain, ...(scope && { scope }) });
      if (added.ok) this.#parts.onWritten();
      return added.ok ? ok(added.value) : refused(added.reason);
    } catch {
      return refused('storage');
    }
  }
}
