/**
 * How Bluetooth is set up on this machine, as data for `muster ble status` and `muster doctor`. It
 * changes nothing, and needs neither an agent nor a site.
 */
import type { Clock, Logger } from '@muster/core';
import type { BlePeer, BleState, BleStateKind } from '../ble.ts';
import { type connectDBus, type DBusConnection, DBusError, systemBusPath } from '../dbus/index.ts';
import { BluezBus } from './bluez-bus.ts';
import { bleErrorOf } from './errors.ts';
import { bluezLimits } from './limits.ts';
import type { BluezSettings, Machine, Privacy } from './machine.ts';
import { adapterNameOf, bluezInterfaces, bluezName } from './names.ts';
import {
  booleanOf,
  type Interfaces,
  numberOf,
  type Properties,
  peerOf,
  textOf,
  textsOf,
} from './properties.ts';
import { bleStateOf, daemonStateOf } from './state.ts';

export interface BluezAdapterSurvey extends BlePeer {
  readonly name: string;
  /** What strangers who connect can read. */
  readonly alias: string | undefined;
  readonly isPowered: boolean;
  /** By a radio switch. */
  readonly isBlocked: boolean;
  /** `central`, `peripheral`, `central-peripheral`. */
  readonly roles: readonly string[];
  /** Undefined: it cannot advertise. */
  readonly advertisementsMax: number | undefined;
  /** Strangers may pair with it, and would learn its lasting address. */
  readonly isPairable: boolean;
  /** Whether it changes its address, by bluetoothd's settings file. */
  readonly privacy: Privacy;
  /** How long an address lasts; undefined: only root can see, and the kernel's default is 900 s. */
  readonly addressLifeMs: number | undefined;
  /** Whether we can draw that time anew for each address, so that its changes have no beat. */
  readonly canDrawAddressLife: boolean;
}

export interface BluezSurvey {
  readonly state: BleState;
  readonly busPath: string;
  /** As in `5.66`. */
  readonly daemonVersion: string | undefined;
  readonly adapters: readonly BluezAdapterSurvey[];
  /** Undefined: the machine does not say. */
  readonly kernelModule: boolean | undefined;
  /** Adapters of the kernel, whether bluetoothd has them or not. */
  readonly kernelAdapters: readonly string[];
  /** Undefined: main.conf cannot be read. */
  readonly settings: BluezSettings | undefined;
}

export interface SurveyOptions {
  readonly busPath: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names that may be used; empty: all. */
  readonly allowed: readonly string[];
  readonly machine: Machine;
  readonly connect: typeof connectDBus;
}

export async function surveyBluez(options: SurveyOptions): Promise<BluezSurvey> {
  const { machine, busPath = systemBusPath } = options;
  const found = await ask(options, busPath);
  return {
    ...found,
    busPath,
    kernelModule: machine.hasKernelModule(),
    kernelAdapters: machine.adapterNames(),
    settings: machine.settings(),
  };
}

type Found = Pick<BluezSurvey, 'state' | 'daemonVersion' | 'adapters'>;

async function ask(options: SurveyOptions, path: string): Promise<Found> {
  const { clock, logger } = options;
  let connection: DBusConnection | undefined;
  let timer = { cancel: (): void => {} };
  try {
    connection = await options.connect({ path, clock, logger, onClose: () => {} });
    const opened = connection;
    // What waits then rejects.
    timer = clock.after(bluezLimits.surveyMsMax, () => opened.close());
    const bus = new BluezBus(connection, clock);
    await connection.watchName(bluezName, (owner) => {
      bus.owner = owner;
    });
    if (bus.owner === undefined) return nothing('no-daemon');
    return judged(await bus.objects(), options);
  } catch (error) {
    return nothing(kindOf(error));
  } finally {
    timer.cancel();
    connection?.close();
  }
}

function kindOf(error: unknown): BleStateKind {
  if (error instanceof DBusError) return error.code === 'refused' ? 'not-permitted' : 'no-bus';
  return daemonStateOf(bleErrorOf(error, 'to ask bluetoothd').code);
}

function nothing(kind: BleStateKind): Found {
  return { state: bleStateOf(kind), daemonVersion: undefined, adapters: [] };
}

function judged(objects: ReadonlyMap<string, Interfaces>, options: SurveyOptions): Found {
  const { allowed, machine } = options;
  let daemonVersion: string | undefined;
  const adapters = [...objects].flatMap(([path, each]) => {
    const properties = each.get(bluezInterfaces.adapter);
    const name = adapterNameOf(path);
    if (properties === undefined || name === undefined) return [];
    daemonVersion ??= versionOf(textOf(properties, 'Modalias'));
    const peer = peerOf(properties);
    return peer === undefined ? [] : [{ ...surveyed(name, properties, each, machine), ...peer }];
  });
  adapters.sort((a, b) => (a.name < b.name ? -1 : 1));
  const ours = adapters.filter(({ name }) => allowed.length === 0 || allowed.includes(name));
  const names = ours.map(({ name }) => name).join(', ');
  return { state: bleStateOf(stateKind(ours), names), daemonVersion, adapters };
}

function surveyed(
  name: string,
  properties: Properties,
  interfaces: Interfaces,
  machine: Machine,
): Omit<BluezAdapterSurvey, keyof BlePeer> {
  const advertising = interfaces.get(bluezInterfaces.advertisingManager);
  const free = advertising && numberOf(advertising, 'SupportedInstances');
  const used = advertising && numberOf(advertising, 'ActiveInstances');
  return {
    name,
    alias: textOf(properties, 'Alias'),
    isPowered: booleanOf(properties, 'Powered') === true,
    isBlocked: machine.isBlocked(name),
    roles: textsOf(properties, 'Roles') ?? [],
    advertisementsMax: free === undefined ? undefined : free + (used ?? 0),
    isPairable: booleanOf(properties, 'Pairable') === true,
    privacy: machine.privacy(),
    addressLifeMs: machine.addressLifeMs(name),
    canDrawAddressLife: machine.canSetAddressLife(name),
  };
}

function stateKind(adapters: readonly BluezAdapterSurvey[]): BleStateKind {
  if (adapters.length === 0) return 'no-adapter';
  if (adapters.some(({ isPowered }) => isPowered)) return 'ready';
  return adapters.every(({ isBlocked }) => isBlocked) ? 'blocked' : 'powered-off';
}

/** bluetoothd's own, as in `usb:v1D6Bp0246d0542` (BlueZ, src/main.c). */
function versionOf(modalias: string | undefined): string | undefined {
  const [, major, minor] = /d([0-9A-F]{2})([0-9A-F]{2})$/i.exec(modalias ?? '') ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return `${Number.parseInt(major, 16)}.${Number.parseInt(minor, 16)}`;
}
