/** A node as it ships (the bundle), in data folders of one site, for the measurements. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import {
  dataFolderAt,
  openDataFolder,
  openIdentity,
  prepareMember,
  requireRoot,
} from '@muster/agent';
import { BenchProcess } from './bench-process.ts';

const programFolder = fileURLToPath(new URL('../../../../gateway/', import.meta.url));
/** As docs and units start it: a young generation of 1 MB. */
const flags = ['--max-semi-space-size=1'];

export interface AgentSetup {
  readonly number: number;
  readonly meshPort: number;
  readonly bootstrap: readonly number[];
  readonly mdns: boolean;
}

export class Agents {
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-footprint-'));

  /** Builds the bundle, and makes the site. */
  prepare(count: number): void {
    execFileSync(process.execPath, [join(programFolder, 'build/main.ts')], { stdio: 'inherit' });
    const crypto = createSodiumCrypto();
    const random = createSystemRandom();
    const home = dataFolderAt(this.#folder);
    openDataFolder(home);
    const made = { crypto, random, siteName: 'Bench', nodeName: 'home', makeSite: true };
    const { site } = openIdentity(home, made);
    const rooted = requireRoot(home, crypto, site);
    for (let number = 0; number < count; number++) {
      const member = dataFolderAt(this.#place(number));
      openDataFolder(member);
      prepareMember(member, rooted, { crypto, random, nodeName: `node-${number}` });
    }
  }

  start({ number, meshPort, bootstrap, mdns }: AgentSetup): Promise<BenchProcess> {
    const program = join(programFolder, 'dist/muster.cjs');
    const given = ['run', '--data', this.#place(number), '--port', '0'];
    const dialled = bootstrap.map((port) => `/ip4/127.0.0.1/tcp/${port}`);
    return BenchProcess.start([...flags, program, ...given], '"event":"ready"', {
      MUSTER_MESH_LISTEN: `/ip4/127.0.0.1/tcp/${meshPort}`,
      MUSTER_MESH_BOOTSTRAP: dialled.join(),
      MUSTER_MESH_MDNS: String(mdns),
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #place(number: number): string {
    return join(this.#folder, `node-${number}`);
  }
}
