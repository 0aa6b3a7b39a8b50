/**
 * The box under attack: a real gateway process on loopback with the web app as it was built, of a
 * site whose root key the rig holds, so that it can make hostile staff, nodes and admins too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { anyFreePort } from '@muster/agent';
import {
  createNode,
  createSite,
  type RootedSite,
  writeNode,
  writeSite,
} from '@muster/provisioning';

const musterMain = new URL('../../../../gateway/src/main.ts', import.meta.url).pathname;
const startMsMax = 30_000;

export interface TargetNames {
  readonly site: string;
  readonly node: string;
}

export class Target {
  readonly crypto = createSodiumCrypto();
  readonly folder = mkdtempSync(join(tmpdir(), 'muster-attack-'));
  readonly site: RootedSite;
  readonly port: number;
  readonly #child: ChildProcess;
  #said = '';

  private constructor(names: TargetNames, port: number) {
    const random = createSystemRandom();
    this.port = port;
    this.site = createSite(this.crypto, random, names.site);
    // The root lies open on the box: so it awaits a first admin, which the rig becomes.
    writeSite(this.folder, this.site, this.site.root);
    writeNode(this.folder, createNode(this.crypto, random, { site: this.site, name: names.node }));
    const config = {
      log: { level: 'warn' },
      http: {
        host: '127.0.0.1',
        port,
        tlsPort: 0,
        hostNames: ['camp.example', 'shop.example:443'],
      },
      mesh: { listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false },
      mqtt: { host: '127.0.0.1', port: 0, tlsPort: 0, webSocketPort: 0 },
    };
    writeFileSync(join(this.folder, 'muster.jsonc'), `${JSON.stringify(config)}\n`);
    const args = [musterMain, 'run', '--role', 'gateway', '--data', this.folder];
    // Nothing of the rig's own environment may override the configuration file.
    this.#child = spawn(process.execPath, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    const hear = (part: unknown) => {
      this.#said = `${this.#said}${part}`.slice(-4_000);
    };
    this.#child.stdout?.on('data', hear);
    this.#child.stderr?.on('data', hear);
  }

  static async start(names: TargetNames): Promise<Target> {
    const target = new Target(names, await anyFreePort('127.0.0.1'));
    const endMs = Date.now() + startMsMax;
    while (Date.now() < endMs && target.isAlive) {
      const answer = await fetch(`${target.origin}/ready`).catch(() => undefined);
      if (answer?.ok) return target;
      await delay(50);
    }
    const said = target.#said;
    await target.stop();
    throw new Error(`the box did not get ready: ${said}`);
  }

  /** As people open it. */
  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async stop(): Promise<void> {
    if (this.isAlive) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
