/**
 * What the virtual machine boots: Debian's stock kernel, and an initrd with the modules that it
 * needs and a static busybox. Both packages are downloaded and unpacked, never installed, once for
 * each version; apt has checked them against Debian's signatures, and a sum tells whether what was
 * kept is still that.
 */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BootFiles {
  readonly kernel: string;
  readonly initrd: string;
}

/** In the order in which they are loaded; what they need comes along. */
const modules = [
  ...['virtio_pci', 'virtio_rng', '9p', '9pnet_virtio', 'overlay'],
  // Without drbg and the ciphers bluetooth has no random address and no pairing.
  ...['drbg', 'ctr', 'sha512_generic', 'cmac', 'ecb', 'ecdh_generic'],
  ...['algif_hash', 'algif_skcipher', 'bluetooth', 'hci_vhci'],
  // For a LAN that can be lost.
  ...['veth', 'bridge'],
];
const unpacked = ['net', 'crypto', 'arch', 'lib', 'fs', 'drivers'];
const kept = ['kernel', 'initrd'] as const;
const sumsFile = 'sums.json';
const init = fileURLToPath(new URL('initrd.sh', import.meta.url));
const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Of this machine's Debian; downloads about 70 MB the first time. */
export function bootFiles(
  say: (line: string) => void,
  cache = join(homedir(), '.cache', 'muster', 'ble-vm'),
): BootFiles {
  if (process.arch !== 'x64') {
    throw new Error(
      `the machine is x86-64, and its root is this machine's, which is ${process.arch}`,
    );
  }
  const recipe = hash('sha256', readFileSync(init, 'utf8') + modules.join()).slice(0, 8);
  const name = kernelPackage();
  const folder = join(cache, `${name.replace('linux-image-', '')}-${recipe}`);
  if (!isWhole(folder)) {
    say(`downloads ${name} and busybox-static into ${folder}`);
    make(cache, folder, name);
  }
  return { kernel: join(folder, 'kernel'), initrd: join(folder, 'initrd') };
}

/** The newest one that apt knows. */
function kernelPackage(): string {
  const find = (): string | undefined => {
    const depends = run('apt-cache', ['depends', 'linux-image-amd64']).toString();
    return /Depends: (linux-image-\d\S*)/.exec(depends)?.[1];
  };
  const known = find();
  if (known) return known;
  run('apt-get', ['-q', 'update']);
  const found = find();
  if (!found) throw new Error('apt knows no package linux-image-amd64; is this Debian?');
  return found;
}

function isWhole(folder: string): boolean {
  if (!existsSync(join(folder, sumsFile))) return false;
  const sums = JSON.parse(readFileSync(join(folder, sumsFile), 'utf8')) as Record<string, string>;
  return kept.every((name) => sums[name] === sumOf(join(folder, name)));
}

function sumOf(path: string): string | undefined {
  return existsSync(path) ? hash('sha256', readFileSync(path)) : undefined;
}

/** Made beside, then renamed: whoever comes meanwhile sees nothing or all of it. */
function make(cache: string, folder: string, name: string): void {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'making-'));
  try {
    download(work, name);
    const made = join(work, 'made');
    mkdirSync(made);
    const version = readdirSync(join(work, 'lib/modules'))[0]!;
    copyFileSync(join(work, 'boot', `vmlinuz-${version}`), join(made, 'kernel'));
    makeInitrd(work, version, join(made, 'initrd'));
    const sums = Object.fromEntries(kept.map((file) => [file, sumOf(join(made, file))]));
    writeFileSync(join(made, sumsFile), JSON.stringify(sums));
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function download(work: string, name: string): void {
  const packages = [name, 'busybox-static'];
  try {
    run('apt-get', ['-q', 'download', ...packages], work);
  } catch {
    // The lists may be older than the mirror.
    run('apt-get', ['-q', 'update']);
    run('apt-get', ['-q', 'download', ...packages], work);
  }
  const wanted = [
    './boot/vmlinuz*',
    './lib/modules/*/modules.*',
    ...unpacked.map((part) => `./lib/modules/*/kernel/${part}/*`),
  ];
  for (const file of readdirSync(work).filter((entry) => entry.endsWith('.deb'))) {
    if (file.startsWith('busybox')) run('dpkg-deb', ['-x', file, 'busybox'], work);
    else {
      run(
        'sh',
        ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -xf - --wildcards "$@"', file, ...wanted],
        work,
      );
    }
  }
}

function makeInitrd(work: string, version: string, path: string): void {
  const tree = join(work, 'initrd');
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'modules']) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  const busybox = join(work, 'busybox/bin/busybox');
  copyFileSync(busybox, join(tree, 'bin/busybox'));
  copyFileSync(init, join(tree, 'init'));
  run('chmod', ['755', join(tree, 'init'), join(tree, 'bin/busybox')]);
  run('depmod', ['-b', work, version]);
  const order = new Set<string>();
  for (const module of modules) {
    const args = ['-d', work, '-S', version, '--show-depends', module];
    const lines = run('modprobe', args).toString().split('\n');
    for (const line of lines) {
      const file = /^insmod (\S+)/.exec(line)?.[1];
      if (file) order.add(file);
    }
  }
  for (const file of order) copyFileSync(file, join(tree, 'modules', basename(file)));
  const names = [...order].map((file) => `${basename(file)}\n`);
  writeFileSync(join(tree, 'modules', 'order'), names.join(''));
  const pack = 'find . | "$0" cpio -o -H newc 2>/dev/null | gzip -1 > "$1"';
  run('sh', ['-c', pack, busybox, path], tree);
}

function run(program: string, args: readonly string[], cwd?: string): Buffer {
  const env = { PATH: systemPath, DEBIAN_FRONTEND: 'noninteractive' };
  return execFileSync(program, args, {
    ...(cwd && { cwd }),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
