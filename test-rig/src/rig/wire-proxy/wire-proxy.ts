/**
 * The rig's side of `wire-proxy.c`: a bad cable between two namespaces, which loses, delays,
 * reorders and repeats real Ethernet frames while real agents speak over it. Needs root, gcc and
 * /dev/net/tun. What it does to which frame follows from its seed and the order of the frames.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What happens to the frames of one way; each member has a fallback that does nothing. */
export interface WireShape {
  readonly delayMs?: number;
  /** Added to the delay, drawn evenly from 0 to this; by itself it overtakes nothing. */
  readonly jitterMs?: number;
  /** Shares of frames, 0 to 1. */
  readonly loss?: number;
  readonly repeat?: number;
  readonly reorder?: number;
  /** How long a reordered frame is held back, so that others overtake it. */
  readonly reorderMs?: number;
  /** 0: as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** What waits for that rate at most; frames beyond it are lost. */
  readonly queueBytes?: number;
}

export type WireWay = 'ab' | 'ba';

/** Frames of one way so far, Ethernet headers included in the bytes. */
export interface WireCounts {
  readonly received: number;
  readonly sent: number;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  /** Lost because a queue was full. */
  readonly overflowed: number;
  readonly underWay: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

export interface WireEnd {
  readonly namespace: string;
  /** Name of the device that is made there, up to 15 letters. */
  readonly device: string;
  /** Address with its prefix length, such as 10.1.2.3/24. */
  readonly address: string;
}

export interface WireProxyOptions {
  readonly seed: number;
  readonly a: WireEnd;
  readonly b: WireEnd;
}

type BothCounts = Readonly<Record<WireWay, WireCounts>>;

const source = new URL('./wire-proxy.c', import.meta.url).pathname;
/** A tenth of a second at 1 Mbit/s, or the frames of a burst. */
const queueBytesUsual = 32 * 1024;

export class WireProxy {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting: ((counts: BothCounts) => void)[] = [];

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    const lines = createInterface({ input: child.stdout! });
    lines.on('line', (line) => this.#waiting.shift()?.(JSON.parse(line) as BothCounts));
  }

  /** Builds the program, makes the devices and sets them up; rejects where that fails. */
  static async start({ seed, a, b }: WireProxyOptions): Promise<WireProxy> {
    if (!existsSync('/dev/net/tun')) throw new Error('the wire proxy needs /dev/net/tun');
    const folder = mkdtempSync(join(tmpdir(), 'muster-wire-'));
    const program = join(folder, 'wire-proxy');
    execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
    const ends = [a, b].flatMap(({ namespace, device }) => [namespace, device]);
    const child = spawn(program, [String(seed >>> 0), ...ends], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const proxy = new WireProxy(child, folder);
    const ready = proxy.#answer();
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the wire proxy ended')));
    await Promise.race([ready, ended]);
    ended.catch(() => {});
    for (const { namespace, device, address } of [a, b]) {
      // Without IPv6 the system sends nothing of its own, and the frames are the agents' alone.
      ip('-n', namespace, 'link', 'set', 'dev', device, 'addrgenmode', 'none');
      ip('-n', namespace, 'address', 'add', address, 'dev', device);
      ip('-n', namespace, 'link', 'set', 'dev', device, 'up');
    }
    return proxy;
  }

  set(way: WireWay, shape: WireShape): void {
    const { delayMs = 0, jitterMs = 0, loss = 0, repeat = 0, reorder = 0 } = shape;
    const { reorderMs = 0, bytesPerSecond = 0, queueBytes = queueBytesUsual } = shape;
    const us = (ms: number): number => Math.round(ms * 1_000);
    const millionths = (share: number): number => Math.round(share * 1e6);
    const numbers = [
      ...[us(delayMs), us(jitterMs), millionths(loss), millionths(repeat), millionths(reorder)],
      ...[us(reorderMs), Math.round(bytesPerSecond), Math.round(queueBytes)],
    ];
    this.#tell(`set ${way} ${numbers.join(' ')}`);
  }

  /** All frames of this way are lost, until it is opened again. */
  block(way: WireWay, isBlocked: boolean): void {
    this.#tell(`block ${way} ${isBlocked ? 1 : 0}`);
  }

  counts(): Promise<BothCounts> {
    const answer = this.#answer();
    this.#tell('counts');
    return answer;
  }

  /** Its devices go with it. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.stdin!.end();
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tell(command: string): void {
    this.#child.stdin!.write(`${command}\n`);
  }

  #answer(): Promise<BothCounts> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
