/**
 * Small networks of Linux network namespaces for tests: switches (a bridge in a namespace of its
 * own) and hosts with cables to them, none with a default route. Needs root and iproute2; all that
 * it makes carries a name of its own and is removed, also when the process dies.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

let networksMade = 0;

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Whether namespaces can be made here. */
export function canMakeNamespaces(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    new TestNetwork().remove();
    return true;
  } catch {
    return false;
  }
}

/** What a host's process printed, one JSON object a line. */
export type Line = Readonly<Record<string, unknown>> & { readonly event: string };

export interface HostProcess {
  readonly lines: readonly Line[];
  /** Writes a line to its standard input. */
  tell(text: string): void;
  readonly child: ChildProcess;
}

export class TestNetwork {
  readonly #prefix: string;
  readonly #namespaces = new Set<string>();
  readonly #children: ChildProcess[] = [];
  #cables = 0;
  readonly #onExit = (): void => this.remove();

  constructor() {
    networksMade += 1;
    this.#prefix = `mt${process.pid}x${networksMade}`;
    process.on('exit', this.#onExit);
    this.#make('probe');
  }

  /** A switch that hosts can be cabled to. */
  addSwitch(name: string): void {
    this.#make(name);
    ip('-n', this.#full(name), 'link', 'add', 'br0', 'type', 'bridge');
    ip('-n', this.#full(name), 'link', 'set', 'br0', 'up');
  }

  addHost(name: string): void {
    this.#make(name);
  }

  /** A cable with an address such as 10.77.0.2/24 at the host's end; the name of its ends. */
  cable(host: string, toSwitch: string, address: string): string {
    this.#cables += 1;
    const device = `c${this.#cables}`;
    const [h, s] = [this.#full(host), this.#full(toSwitch)];
    ip('link', 'add', device, 'netns', h, 'type', 'veth', 'peer', 'name', device, 'netns', s);
    ip('-n', s, 'link', 'set', device, 'master', 'br0', 'up');
    ip('-n', h, 'addr', 'add', address, 'dev', device);
    ip('-n', h, 'link', 'set', device, 'up');
    return device;
  }

  /** Takes the cable away, as when an adapter is pulled out. */
  removeCable(host: string, device: string): void {
    ip('-n', this.#full(host), 'link', 'del', device);
  }

  /** The switch no longer forwards to this cable; both ends still look fine. */
  unplug(toSwitch: string, device: string): void {
    ip('-n', this.#full(toSwitch), 'link', 'set', device, 'nomaster');
  }

  plug(toSwitch: string, device: string): void {
    ip('-n', this.#full(toSwitch), 'link', 'set', device, 'master', 'br0');
  }

  /** Runs a script of this project on a host. */
  run(host: string, script: URL, options: object): HostProcess {
    const command = ['netns', 'exec', this.#full(host), process.execPath];
    const child = spawn('ip', [...command, script.pathname, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    const lines: Line[] = [];
    createInterface({ input: child.stdout! }).on('line', (text) => lines.push(JSON.parse(text)));
    return { lines, child, tell: (text) => child.stdin!.write(`${text}\n`) };
  }

  remove(): void {
    process.off('exit', this.#onExit);
    for (const child of this.#children) child.kill('SIGKILL');
    for (const name of this.#namespaces) ip('netns', 'del', name);
    this.#namespaces.clear();
  }

  #full(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  #make(name: string): void {
    ip('netns', 'add', this.#full(name));
    this.#namespaces.add(this.#full(name));
    ip('-n', this.#full(name), 'link', 'set', 'lo', 'up');
  }
}
