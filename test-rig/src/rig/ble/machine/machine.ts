/**
 * A virtual machine in QEMU's software emulation whose root is this machine's own file system,
 * read-only with memory over it: Node, BlueZ and the working tree are simply there. One program
 * runs in it; its lines come out by a serial line as they are said. For Bluetooth without a radio.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BootFiles } from './kernel.ts';

export interface MachineOptions {
  readonly boot: BootFiles;
  /** The only folder that the machine can write to for good, at /run/rig in it; logs go there. */
  readonly results: string;
  /** Run by the system's shell path: a program and its arguments. */
  readonly command: readonly string[];
  readonly onLine: (line: string) => void;
  /** It is killed then. */
  readonly runMsMax: number;
}

export interface MachineEnd {
  readonly isLate: boolean;
  readonly tookMs: number;
  /** Last words: of the emulator, and of the console. */
  readonly tail: string;
  /** Lines in which the kernel says that it has a fault of its own; what it did then is ended. */
  readonly kernelFaults: readonly string[];
}

const userspace = fileURLToPath(new URL('userspace.sh', import.meta.url));
const memoryMiB = 1536;
const codeCacheMiB = 512;
const tailChars = 2_000;
const kernelFault = /kernel BUG at|\bBUG: |Oops|general protection fault/;

export class Machine {
  readonly #options: MachineOptions;
  #process: ChildProcess | undefined;

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  /** Runs to its end: power off, or the limit. */
  async run(): Promise<MachineEnd> {
    const { results, command, onLine, runMsMax } = this.#options;
    const startedMs = performance.now();
    const words = ['/bin/sh', userspace, ...command].map(quoted).join(' ');
    writeFileSync(join(results, 'start'), `exec ${words}\n`);
    // Whatever ends the rig ends the machine.
    const started = ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...this.#arguments()];
    const child = spawn('setpriv', started, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-tailChars);
    });
    createInterface({ input: child.stdout }).on('line', onLine);
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, runMsMax);
    await once(child, 'close');
    clearTimeout(limit);
    this.#process = undefined;
    const said = readFileSync(this.#console, 'utf8');
    const kernelFaults = said.split(/\r?\n/).filter((line) => kernelFault.test(line));
    const tail = `${complaints}${said.slice(-tailChars)}`;
    return { isLate, tookMs: Math.round(performance.now() - startedMs), tail, kernelFaults };
  }

  /** As when the plug is pulled. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  get #console(): string {
    return join(this.#options.results, 'console.log');
  }

  #arguments(): string[] {
    const { boot, results } = this.#options;
    const shared = (path: string, tag: string, more = ''): string[] => [
      '-virtfs',
      `local,path=${path},mount_tag=${tag},security_model=none,multidevs=remap${more}`,
    ];
    return [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-machine', 'q35', '-cpu', 'max', '-smp', '2', '-m', String(memoryMiB)],
      ...['-accel', `tcg,thread=multi,tb-size=${codeCacheMiB}`],
      ...['-kernel', boot.kernel, '-initrd', boot.initrd],
      ...['-append', 'console=ttyS0 quiet loglevel=3 panic=-1'],
      ...['-chardev', `file,id=console,path=${this.#console}`, '-serial', 'chardev:console'],
      ...['-chardev', 'stdio,id=lines,signal=off', '-serial', 'chardev:lines'],
      ...['-device', 'virtio-rng-pci'],
      ...shared('/', 'root', ',readonly=on'),
      ...shared(results, 'results'),
    ];
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
