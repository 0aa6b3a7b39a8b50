/**
 * The command line's own device: its key, where its chain stands, and the bundle whose answer is
 * still out. Step 1 for a terminal. The chain is on disk before a bundle leaves, so that neither a
 * power cut nor kill -9 ever makes two bundles under one number (which would freeze the device).
 */
import {
  type AuthorChain,
  type Crypto,
  chainPast,
  type KeyPair,
  newChain,
  type Random,
  type Stamp,
} from '@muster/core';
import { readRecord, writeRecord } from '@muster/provisioning';

/** A bundle that was signed and may or may not be held already. */
export interface PendingBundle {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly ticket: Uint8Array;
}

export interface DeviceState {
  readonly chain: AuthorChain;
  readonly stamp: Stamp;
  /** The ticket under which it writes; empty before the first session. */
  readonly ticket: Uint8Array;
  readonly pending: PendingBundle | undefined;
}

const seedBytes = 32;
const none = new Uint8Array(0);

export class Device {
  readonly #path: string;
  readonly key: KeyPair;
  #state: DeviceState;

  private constructor(path: string, key: KeyPair, state: DeviceState) {
    this.#path = path;
    this.key = key;
    this.#state = state;
  }

  /** Reads the device of this file, or makes one and writes it; only under the device's lock. */
  static open(path: string, crypto: Crypto, random: Random): Device {
    const record = readRecord(path, 'device');
    if (!record) {
      const key = crypto.keyPairFromSeed(random.bytes(seedBytes));
      const stamp = { ms: 0, counter: 0 };
      const fresh = { chain: newChain, stamp, ticket: none, pending: undefined };
      const device = new Device(path, key, fresh);
      device.save({});
      return device;
    }
    const key = crypto.keyPairFromSeed(record.bytes('seed', seedBytes));
    const signed = record.bytes('pendingSigned');
    const pending = {
      signed,
      signature: record.bytes('pendingSignature'),
      ticket: record.bytes('pendingTicket'),
    };
    return new Device(path, key, {
      chain: { seq: record.integer('seq'), prev: record.bytes('prev') },
      stamp: { ms: record.integer('stampMs'), counter: record.integer('stampCounter') },
      ticket: record.bytes('ticket'),
      pending: signed.length > 0 ? pending : undefined,
    });
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** On disk when it returns. */
  save(change: Partial<DeviceState>): void {
    this.#state = { ...this.#state, ...change };
    const { chain, stamp, ticket, pending } = this.#state;
    const members = {
      seed: this.key.secretKey.subarray(0, seedBytes),
      seq: chain.seq,
      prev: chain.prev,
      stampMs: stamp.ms,
      stampCounter: stamp.counter,
      ticket,
      pendingSigned: pending?.signed ?? none,
      pendingSignature: pending?.signature ?? none,
      pendingTicket: pending?.ticket ?? none,
    };
    writeRecord(this.#path, 'device', { members });
  }

  /**
   * Others have seen more of this device than it knows: it goes on past all of that, as far as the
   * claim can be true.
   */
  skipPast(seqMaxSeen: number): void {
    const chain = chainPast(this.#state.chain, seqMaxSeen);
    if (chain !== this.#state.chain) this.save({ chain });
  }
}
