/**
 * The command line as an author: its key, where its chain stands, and the bundle whose answer is
 * still out. Step 1 for a terminal. Its own device's key lies in the same file, an admin's in a
 * vault. The chain is on disk before a bundle leaves, so that neither a power cut nor kill -9 ever
 * makes two bundles under one number (which would freeze the author).
 */
import {
  type AuthorChain,
  bundleLimits,
  type Crypto,
  chainPast,
  equalBytes,
  type KeyPair,
  newChain,
  type Random,
  type Stamp,
  timeLimits,
} from '@muster/core';
import { type FileRecord, readRecord, writeRecord } from '@muster/provisioning';

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
const fresh: DeviceState = {
  chain: newChain,
  stamp: { ms: 0, counter: 0 },
  ticket: none,
  pending: undefined,
};

export class Device {
  readonly #path: string;
  readonly #keepsKey: boolean;
  readonly key: KeyPair;
  #state: DeviceState;

  private constructor(
    file: { readonly path: string; readonly keepsKey: boolean },
    key: KeyPair,
    state: DeviceState,
  ) {
    this.#path = file.path;
    this.#keepsKey = file.keepsKey;
    this.key = key;
    this.#state = state;
  }

  /** Reads the device of this file, or makes one and writes it; only under the device's lock. */
  static open(path: string, crypto: Crypto, random: Random): Device {
    const record = readRecord(path, 'device');
    const file = { path, keepsKey: true };
    if (record) {
      const key = crypto.keyPairFromSeed(record.bytes('seed', seedBytes));
      return new Device(file, key, stateIn(record));
    }
    const device = new Device(file, crypto.keyPairFromSeed(random.bytes(seedBytes)), fresh);
    device.save({});
    return device;
  }

  /**
   * The chain of a key that lies elsewhere. One that another key wrote into this file is begun anew
   * and goes on past what the node has seen; only under a lock of the file's folder.
   */
  static openChain(path: string, key: KeyPair): Device {
    const record = readRecord(path, 'author-chain');
    const isOurs = record && equalBytes(record.bytes('key', 32), key.publicKey);
    return new Device({ path, keepsKey: false }, key, isOurs ? stateIn(record) : fresh);
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** On disk when it returns. */
  save(change: Partial<DeviceState>): void {
    this.#state = { ...this.#state, ...change };
    const { chain, stamp, ticket, pending } = this.#state;
    const { publicKey, secretKey } = this.key;
    const keyMember = this.#keepsKey
      ? { seed: secretKey.subarray(0, seedBytes) }
      : { key: publicKey };
    const members = {
      ...keyMember,
      seq: chain.seq,
      prev: chain.prev,
      stampMs: stamp.ms,
      stampCounter: stamp.counter,
      ticket,
      pendingSigned: pending?.signed ?? none,
      pendingSignature: pending?.signature ?? none,
      pendingTicket: pending?.ticket ?? none,
    };
    writeRecord(this.#path, this.#keepsKey ? 'device' : 'author-chain', { members });
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

function stateIn(record: FileRecord): DeviceState {
  const signed = record.bytes('pendingSigned');
  const pending = {
    signed,
    signature: record.bytes('pendingSignature'),
    ticket: record.bytes('pendingTicket'),
  };
  const { stampMsMax, stampCounterMax } = timeLimits;
  // What no bundle can be written with is damage.
  const seq = record.integer('seq', bundleLimits.seqMax);
  return {
    chain: { seq, prev: record.bytes('prev', seq === 0 ? 0 : 32) },
    stamp: {
      ms: record.integer('stampMs', stampMsMax),
      counter: record.integer('stampCounter', stampCounterMax),
    },
    ticket: record.bytes('ticket'),
    pending: signed.length > 0 ? pending : undefined,
  };
}
