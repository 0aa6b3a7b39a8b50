/** The one cable between the two boxes of the partition: thin, or thin and bad. */
import { execFileSync } from 'node:child_process';
import { LanNetwork } from '../lan/lan-network.ts';
import { WireProxy, type WireShape } from '../wire-proxy/wire-proxy.ts';

export const places = ['a', 'b'] as const;
export type Place = (typeof places)[number];

export interface Cable {
  /** Makes the two namespaces, the cable between them cut. */
  make(): Promise<void>;
  namespace(place: Place): string;
  setJoined(isJoined: boolean): void;
  /** What each place has sent on it so far, bytes with Ethernet, IP and TCP headers. */
  sentBytes(): Promise<Readonly<Record<Place, number>>>;
  remove(): Promise<void>;
}

/** 1 Mbit/s each way: two virtual cables and a switch, each box's end shaped by the kernel. */
export class ThinCable implements Cable {
  readonly #lan = new LanNetwork(places);

  async make(): Promise<void> {
    this.#lan.make();
    this.setJoined(false);
    for (const place of places) {
      // A burst of one packet: larger ones, which only a virtual cable knows, are cut up first.
      const shape = ['tbf', 'rate', '1mbit', 'burst', '2kb', 'latency', '400ms'];
      const device = ['qdisc', 'add', 'dev', 'eth0', 'root'];
      execFileSync('tc', ['-n', this.namespace(place), ...device, ...shape]);
    }
  }

  namespace(place: Place): string {
    return this.#lan.namespace(place);
  }

  setJoined(isJoined: boolean): void {
    this.#lan.setCable('a', isJoined);
  }

  async sentBytes() {
    return { a: sentBytesIn(this.namespace('a')), b: sentBytesIn(this.namespace('b')) };
  }

  async remove(): Promise<void> {
    this.#lan.remove();
  }
}

/** 1 Mbit/s each way, and whatever else the proxy is told. */
export class BadCable implements Cable {
  readonly #seed: number;
  readonly #shape: WireShape;
  #proxy: WireProxy | undefined;

  constructor(seed: number, shape: WireShape) {
    this.#seed = seed;
    this.#shape = { bytesPerSecond: 125_000, queueBytes: 50_000, ...shape };
  }

  async make(): Promise<void> {
    const ends = places.map((place, i) => {
      const namespace = this.namespace(place);
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'dev', 'lo', 'up');
      return { namespace, device: 'eth0', address: `10.79.0.${i + 1}/24` };
    });
    this.#proxy = await WireProxy.start({ seed: this.#seed, a: ends[0]!, b: ends[1]! });
    this.#proxy.set('ab', this.#shape);
    this.#proxy.set('ba', this.#shape);
    this.setJoined(false);
  }

  namespace(place: Place): string {
    return `mp${process.pid}${place}`;
  }

  setJoined(isJoined: boolean): void {
    this.#proxy!.block('ab', !isJoined);
    this.#proxy!.block('ba', !isJoined);
  }

  async sentBytes() {
    const { ab, ba } = await this.#proxy!.counts();
    return { a: ab.bytesReceived, b: ba.bytesReceived };
  }

  async remove(): Promise<void> {
    await this.#proxy?.stop();
    for (const place of places) {
      try {
        ip('netns', 'delete', this.namespace(place));
      } catch {
        // It was not made: make() failed before it.
      }
    }
  }
}

interface LinkJson {
  readonly stats64: { readonly tx: { readonly bytes: number } };
}

function sentBytesIn(namespace: string): number {
  const shown = execFileSync('ip', ['-n', namespace, '-s', '-j', 'link', 'show', 'eth0']);
  const [link] = JSON.parse(shown.toString()) as [LinkJson];
  return link.stats64.tx.bytes;
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
