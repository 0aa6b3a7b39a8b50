/**
 * Fuzz target: what bluetoothd answers and tells (below step 4). Input: a script of it. Whatever it
 * says, there are typed states and errors only, what we hand on has its form, and after the stop
 * nothing is left.
 */
import {
  type BleAdapter,
  type BleConnection,
  BleError,
  type BleReport,
  bleUuids,
} from '@muster/adapters/parsers';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { readScript, type Step } from './bluez-script.ts';
import { bluezSeeds } from './bluez-seeds.ts';
import { BluezWorld } from './bluez-world.ts';
import { wordsOf } from './seeds.ts';

const peer = { address: 'C0:11:22:33:44:55', addressType: 'random' } as const;
/** More than every time-out; in steps, as answers come between. */
const stepMs = 5_000;

export function createBluezAnswersTarget(): FuzzTarget {
  return {
    name: 'bluez-answers',
    seeds: bluezSeeds,
    dictionary: wordsOf(
      ...['answer', 'signal', 'org.bluez.Adapter1', 'org.bluez.Device1', '/org/bluez/hci0', '/'],
      ...['Powered', 'ServiceData', 'RSSI', 'MTU', bleUuids.mesh, bleUuids.fromPeripheral],
      ...['__proto__', 'constructor', 'a{sv}', 'org.freedesktop.DBus.Error.AccessDenied'],
    ),
    async run(input) {
      const steps = readScript(input);
      return steps === undefined ? 'no script' : await play(steps);
    },
  };
}

async function play(steps: readonly Step[]): Promise<FuzzVerdict> {
  const world = new BluezWorld(steps);
  const { host } = world;
  const survey = host.survey();
  await world.settle();
  const surveyed = await survey;
  const starting = host.start(() => {});
  await world.settle();
  await starting;
  const [adapter] = host.adapters;
  const used = adapter === undefined ? undefined : new Use(adapter);
  for (const step of steps) {
    await world.settle();
    world.say(step);
  }
  await world.settle();
  checkState(world);
  await world.settle(stepMs);
  const told = used ? await used.end(() => world.settle(stepMs)) : 'no adapter';
  const stopping = host.stop();
  await world.settle(stepMs);
  await stopping;
  world.log.mustBeCalm();
  if (world.clock.waiting > 0) broken(`${world.clock.waiting} timers are left`);
  if (used === undefined) return `${host.state.kind}, ${surveyed.state.kind}`;
  return told === '' ? true : told;
}

function checkState({ host }: BluezWorld): void {
  const { kind, text, mend } = host.state;
  if (text === '' || (mend === '') !== (kind === 'ready')) broken(`${kind} says nothing`);
  if (host.adapters.length > 8) broken('too many adapters');
}

/** All that the layer above does with an adapter. */
class Use {
  readonly #abort = new AbortController();
  readonly #outcomes: Promise<string[]>;
  #reports = 0;
  #connections = 0;

  constructor({ scanner, peripheral, central }: BleAdapter) {
    const advertisement = { service: bleUuids.mesh, data: new Uint8Array(10) };
    const { signal } = this.#abort;
    const connecting = central.connect(peer, bleUuids.mesh, signal);
    const waiting = [
      scanner.start([bleUuids.mesh], (report) => this.#onReport(report)),
      peripheral.serve(bleUuids.mesh, (connection) => this.#onConnection(connection)),
      peripheral.advertise(advertisement),
      connecting.then((connection) => this.#onConnection(connection)),
    ];
    this.#outcomes = Promise.all(waiting.map(codeOf));
    this.#outcomes.catch(() => {});
  }

  /** What came of it, '' when all went well. */
  async end(settle: () => Promise<void>): Promise<string> {
    this.#abort.abort();
    await settle();
    const codes = (await this.#outcomes).filter((code) => code !== '');
    if (this.#reports + this.#connections === 0) codes.push('nothing');
    else if (codes.length > 0) codes.push('and some');
    return codes.join(' ');
  }

  #onReport({ peer: who, data, rssiDbm, service }: BleReport): void {
    this.#reports += 1;
    mustBePeer(who.address, who.addressType);
    if (service !== bleUuids.mesh || !(data instanceof Uint8Array)) broken('no report');
    if (!Number.isInteger(rssiDbm) || rssiDbm < -128 || rssiDbm > 127) broken(`${rssiDbm} dBm`);
  }

  #onConnection(connection: BleConnection): void {
    this.#connections += 1;
    const { peer: who, gatt } = connection;
    mustBePeer(who.address, who.addressType);
    const { maxPacketBytes } = gatt;
    const isLength = Number.isInteger(maxPacketBytes) && maxPacketBytes >= 20;
    if (!isLength || maxPacketBytes > 495) broken(`packets of ${maxPacketBytes} octets`);
    let closes = 0;
    gatt.start({
      onPacket(packet) {
        if (!(packet instanceof Uint8Array) || closes > 0) broken('no packet');
      },
      onDrain() {},
      onClose() {
        closes += 1;
        if (closes > 1) broken('it closed twice');
      },
    });
    gatt.send(new Uint8Array(maxPacketBytes));
    gatt.send(new Uint8Array(1));
  }
}

function mustBePeer(address: string, type: string): void {
  const isAddress = /^[0-9A-F]{2}(?::[0-9A-F]{2}){5}$/.test(address);
  if (!isAddress || !['public', 'random'].includes(type)) broken(`a device "${address}", ${type}`);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return '';
  } catch (error) {
    if (!(error instanceof BleError)) throw error;
    return error.code;
  }
}
