/** The Bluetooth of the machine: one real bluetoothd, and airs of virtual controllers. */
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { until } from '../../report.ts';
import { Air } from './air.ts';
import type { AirPlan } from './airs.ts';
import { report } from './event.ts';
import { monotonicMs } from './monotonic.ts';
import { Program } from './program.ts';

const execute = promisify(execFile);
const daemon = '/usr/libexec/bluetooth/bluetoothd';
/** As the guide says (docs/guides/bluetooth.md). */
const mainConf = `[General]
Name = Muster
DeviceID = false
ControllerMode = le
Privacy = device
TemporaryTimeout = 0
[GATT]
Cache = no
Channels = 1
`;
/** When bluetoothd was killed, or an adapter switched on: a line each. */
export const troublesFile = '/run/muster/kills';
const patience = { waitMsMax: 8_000, everyMs: 100 };
const triesMax = 4;
/** As a unit with Restart=on-failure does. */
const restartMs = 1_000;

export class Bluetooth {
  /** bluetoothd ended by itself, and was begun again. */
  crashes = 0;
  readonly #airs: Air[] = [];
  #daemon: Program | undefined;

  async start(airs: readonly AirPlan[]): Promise<void> {
    writeFileSync('/etc/bluetooth/main.conf', mainConf);
    for (let tries = 1; ; tries++) {
      try {
        await this.#tryStart(airs);
        return;
      } catch (error) {
        // Now and then a controller gets lost between the kernel and bluetoothd.
        process.stderr.write(`bluetooth, try ${tries}: ${String(error)}\n`);
        await this.stop();
        if (tries === triesMax) throw error;
      }
    }
  }

  async stop(): Promise<void> {
    await this.#endDaemon();
    for (const air of this.#airs.splice(0)) await air.end();
    await until('the controllers are gone', async () => !existsSync(placeOf('hci0')), patience);
  }

  /** As a crash would. */
  async killDaemon(): Promise<void> {
    noteTrouble();
    await this.#endDaemon();
  }

  async startDaemon(): Promise<void> {
    this.#runDaemon();
    await until('bluetoothd is on the bus', async () => (await managed()) !== undefined, patience);
  }

  #runDaemon(): void {
    const program = new Program({ name: 'bluetoothd', command: [daemon, '-n'] });
    this.#daemon = program;
    void program.ended.then(async (how) => {
      if (this.#daemon !== program) return;
      this.crashes += 1;
      report.say(`bluetoothd ended by itself: ${how}`);
      noteTrouble();
      await setTimeout(restartMs);
      if (this.#daemon === program) this.#runDaemon();
    });
  }

  async #endDaemon(): Promise<void> {
    const program = this.#daemon;
    this.#daemon = undefined;
    await program?.end('SIGKILL');
  }

  async #tryStart(airs: readonly AirPlan[]): Promise<void> {
    await this.startDaemon();
    for (const plan of airs) {
      const air = new Air(plan);
      this.#airs.push(air);
      air.start();
      const last = plan.adapters.at(-1)!;
      await until(`${last} is there`, async () => existsSync(placeOf(last)), patience);
    }
    const wanted = airs.flatMap(({ adapters }) => adapters).map((name) => `/org/bluez/${name}"`);
    const all = async (): Promise<boolean> => {
      const objects = (await managed()) ?? '';
      return wanted.every((path) => objects.includes(path));
    };
    await until('all controllers are on the bus', all, patience);
  }
}

/** What a person does with a switch: `Powered` of an adapter. */
export async function setPowered(adapter: string, on: boolean): Promise<void> {
  const property = ['string:org.bluez.Adapter1', 'string:Powered', `variant:boolean:${on}`];
  const method = 'org.freedesktop.DBus.Properties.Set';
  if (on) noteTrouble();
  await bluez(`/org/bluez/${adapter}`, method, ...property);
}

/** Bytes that the controllers were given to send, commands included; vhci counts no others. */
export async function hciBytes(...adapters: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const adapter of adapters) {
    const { stdout } = await execute('hciconfig', [adapter]);
    bytes += Number(/TX bytes:(\d+)/.exec(stdout)?.[1]);
  }
  return bytes;
}

/** What bluetoothd manages, as text; undefined while it is not on the bus. */
async function managed(): Promise<string | undefined> {
  const method = 'org.freedesktop.DBus.ObjectManager.GetManagedObjects';
  return bluez('/', method).catch(() => undefined);
}

async function bluez(path: string, ...call: readonly string[]): Promise<string> {
  const options = ['--system', '--print-reply', '--dest=org.bluez'];
  return (await execute('dbus-send', [...options, path, ...call])).stdout;
}

function placeOf(controller: string): string {
  return `/sys/class/bluetooth/${controller}`;
}

/** Ends the connections of a controller as when the other one is carried away, mid-packet. */
export async function cutConnections(adapter: string): Promise<void> {
  const cut = async (): Promise<boolean> => {
    const { stdout } = await execute('hcitool', ['-i', adapter, 'con']);
    const handles = [...stdout.matchAll(/handle (\d+)/g)].map(([, handle]) => handle!);
    // One that is listed may be gone by now, and is no cut of ours then.
    const cuts = handles.map((handle) =>
      execute('hcitool', ['-i', adapter, 'ledc', handle]).then(
        () => true,
        () => false,
      ),
    );
    return (await Promise.all(cuts)).includes(true);
  };
  await until(`${adapter} has a connection to cut`, cut, { waitMsMax: 20_000, everyMs: 50 });
}

function noteTrouble(): void {
  appendFileSync(troublesFile, `${monotonicMs()}\n`);
}
