/**
 * A box without papers: our medium and our transport on one adapter, as an agent joins them, and no
 * agent. For what must hold on air, whatever is carried.
 */
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createBleMedium } from '@muster/adapters/transport-ble';
import { createBluezHost } from '@muster/adapters/transport-ble/bluez';
import { createLibp2pTransport, type Libp2pTransport } from '@muster/adapters/transport-libp2p';
import { loggerOf } from '../inside/logger.ts';
import { monotonicMs } from '../inside/monotonic.ts';

const crypto = createSodiumCrypto();
const random = createSystemRandom();
const clock = createSystemClock();
const sayEveryMs = 500;

/** A link as this box had it: when it heard something on it first and last. */
export interface Heard {
  fromMs: number;
  toMs: number;
}

export class RadioBox {
  readonly heard: Heard[] = [];
  readonly #transport: Libp2pTransport;

  constructor(adapter: string, siteKey: Uint8Array) {
    const key = crypto.keyPairFromSeed(random.bytes(32));
    const logger = loggerOf(adapter);
    const medium = createBleMedium({
      host: createBluezHost({ clock, random, logger, adapters: [adapter] }),
      ...{ crypto, siteKey, nodeKey: key.publicKey, clock, random, logger },
    });
    this.#transport = createLibp2pTransport({
      ...{ key, listen: [], bootstrap: [], clock, random, logger },
      media: [medium],
    });
  }

  /** Says something on each link, again and again, and notes when it hears the other end. */
  async start(): Promise<void> {
    await this.#transport.start((link) => {
      const heard: Heard = { fromMs: Number.NaN, toMs: Number.NaN };
      this.heard.push(heard);
      const timer = setInterval(() => link.send(random.bytes(16)), sayEveryMs);
      link.start({
        onFrame: () => {
          const nowMs = monotonicMs();
          if (Number.isNaN(heard.fromMs)) heard.fromMs = nowMs;
          heard.toMs = nowMs;
        },
        onDrain: () => {},
        onClose: () => clearInterval(timer),
      });
    });
  }

  async stop(): Promise<void> {
    await this.#transport.stop();
  }
}
