/**
 * Real nodes of the cast in virtual time, for targets that have a whole node behind them. Their
 * randomness is constant, so that a session with a node has the same keys each time, and frames
 * that were recorded in one session mean the same in the next.
 */
import { type Link, type LogFields, type Logger, MeshNode, type Random, toHex } from '@muster/core';
import {
  createMemoryWire,
  type FakeClock,
  MemoryStore,
  type MemoryWire,
  type SampleBundle,
  type SampleNode,
} from '@muster/core/testing';
import { broken } from '../target.ts';
import { crypto, site } from './cast.ts';

const constant: Random = { bytes: (length) => new Uint8Array(length).fill(0x42) };

export class MeshBox {
  readonly node: MeshNode;
  readonly sample: SampleNode;
  /** Why sessions ended, as the node logs it. */
  readonly endings: string[] = [];
  /** Ids of bundles that came to rest here, in hexadecimal. */
  readonly shown: string[] = [];

  constructor(clock: FakeClock, sample: SampleNode, random = constant) {
    this.sample = sample;
    this.node = new MeshNode({
      ...{ crypto, clock, random, logger: this.#logger() },
      store: new MemoryStore({ clock, commitDelayMs: 1 }),
      siteKey: site.key.publicKey,
      key: sample.key,
      certificate: sample.certificate,
    });
    this.node.start({
      onBundle: ({ id }) => this.shown.push(toHex(id)),
      onHeld: () => {},
      onNeighbours: () => {},
      onPolicy: () => {},
    });
  }

  #logger(): Logger {
    const info = (event: string, fields: LogFields = {}) => {
      if (event === 'session ended') this.endings.push(String(fields.reason));
      if (event === 'neighbour said bye') this.endings.push('bye');
    };
    const quiet = () => {};
    const logger = { debug: quiet, info, warn: quiet, error: quiet, child: () => logger };
    return logger;
  }

  /** Of a client of this box; the answer comes once time went on. */
  put({ carried }: SampleBundle): void {
    this.node.put(carried, (answer) => {
      if (!answer.ok) broken(`an honest bundle was refused: ${answer.reason}`);
    });
  }
}

/** A wire from a to b; neither has a link before it is added. */
export function wireBetween(clock: FakeClock, a: SampleNode, b: SampleNode): MemoryWire {
  const [keyA, keyB] = [a.key.publicKey, b.key.publicKey];
  return createMemoryWire(clock, { keyA, keyB, delayMs: 1 });
}

/** Frames that an end sends, as they go. */
export function recorded(link: Link, frames: Uint8Array[]): Link {
  return {
    ...{ peerKey: link.peerKey, initiator: link.initiator },
    ...{ maxFrameBytes: link.maxFrameBytes, costClass: link.costClass },
    start: (handlers) => link.start(handlers),
    send: (frame) => {
      frames.push(frame.slice());
      return link.send(frame);
    },
    close: (reason) => link.close(reason),
  };
}
