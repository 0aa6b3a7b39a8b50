/** The broker in a process of its own, in a folder whose credentials and keys are made once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { dataFolderAt, openDataFolder, openIdentity } from '@muster/agent';
import { ClientBook } from '@muster/gateway';
import { ensureServerCertificate } from '@muster/provisioning';
import { BenchProcess } from '../../../bench/footprint/bench-process.ts';
import type { Credentials, Target } from './target.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

export class TargetFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-rig-mqtt-'));
  #credentials: Credentials | undefined;

  /** A site with its authority, a server certificate and three credentials. */
  async prepare(): Promise<void> {
    const crypto = createSodiumCrypto();
    const random = createSystemRandom();
    const home = dataFolderAt(this.#folder);
    openDataFolder(home);
    const made = { crypto, random, siteName: 'Rig', nodeName: 'rig', makeSite: true };
    openIdentity(home, made);
    const server = await ensureServerCertificate(this.#folder, {
      random,
      siteName: 'Rig',
      hostName: 'rig',
      addresses: ['127.0.0.1'],
      unixMs: Date.now(),
    });
    if (server === undefined) throw new Error('no server certificate was made');
    writeFileSync(join(this.#folder, 'server-key.pem'), server.key, { mode: 0o600 });
    writeFileSync(join(this.#folder, 'server.pem'), server.certificate);
    const path = join(this.#folder, 'mqtt-clients.json');
    const book = new ClientBook({ crypto, random, path });
    const add = (name: string, filter: string) => {
      return { name, password: book.add(name, { read: [filter], write: [filter] }) };
    };
    this.#credentials = {
      attacker: add('attacker', 'attack/#'),
      honest: add('honest', 'honest/#'),
      tools: add('tools', 'tools/#'),
    };
  }

  async start(): Promise<Target> {
    if (this.#credentials === undefined) throw new Error('the folder is not prepared');
    const started = await BenchProcess.start([main, this.#folder], '\n');
    const [mqtt, tls, webSocket] = started.output.trim().split(' ').slice(1).map(Number);
    return {
      pid: started.pid,
      ports: { mqtt: mqtt!, tls: tls!, webSocket: webSocket! },
      credentials: this.#credentials,
      caFile: join(this.#folder, 'site-ca.pem'),
      said: () => started.output,
      stop: () => started.stop(),
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
