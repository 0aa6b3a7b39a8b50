/**
 * What `muster doctor` says of Bluetooth: whether it works, whether boxes can be followed by it,
 * and what makes it slow. Never a failure: a node works without. Reads only.
 */
import type { BluezAdapterSurvey, BluezSurvey } from '@muster/adapters/transport-ble/bluez';
import { loadConfig } from '../config/index.ts';
import { durationText } from './amount.ts';
import { machineBluetooth } from './ble/machine.ts';
import type { CommandContext } from './context.ts';
import type { Check, Finding } from './doctor-checks.ts';

const ok = (text: string): Finding => ({ state: 'ok', text });
const warn = (text: string, mend: string): Finding => ({ state: 'warn', text, mend });

/** The kernel changes a private address this often unless told otherwise. */
const addressLifeMsMax = 15 * 60_000;

const restart = 'then: systemctl restart bluetooth';

export const bluetoothChecks: Readonly<Record<string, Check>> = {
  bluetooth: async (context) => {
    if (!isWanted(context)) return ok('off, by ble.enabled');
    return stateFinding(await surveyed(context));
  },
  'ble privacy': (context) => ifUsed(context, privacyFinding),
  'ble settings': (context) => ifUsed(context, settingsFinding),
  'ble channels': (context) => ifUsed(context, () => channelsFinding(context)),
};

async function ifUsed(
  context: CommandContext,
  look: (survey: BluezSurvey) => Finding | Promise<Finding>,
): Promise<Finding> {
  if (!isWanted(context)) return ok('not asked: Bluetooth is off');
  const survey = await surveyed(context);
  return survey.adapters.length === 0 ? ok('asked once there is an adapter') : look(survey);
}

function isWanted({ folder, world }: CommandContext): boolean {
  const { environment } = world;
  return loadConfig({ file: folder.configFile, environment }).config.bleEnabled;
}

/** Once for all checks of one command. */
const surveys = new WeakMap<CommandContext, Promise<BluezSurvey>>();

function surveyed(context: CommandContext): Promise<BluezSurvey> {
  const known = surveys.get(context);
  if (known) return known;
  const asked = machineBluetooth(context).then(({ host }) => host.survey());
  surveys.set(context, asked);
  return asked;
}

/** States of a machine that may well have no Bluetooth. */
const missing: ReadonlySet<string> = new Set(['no-bus', 'no-daemon', 'no-adapter']);

function stateFinding({ state, adapters, daemonVersion, kernelModule }: BluezSurvey): Finding {
  const { kind, text, mend } = state;
  if (kind === 'no-adapter' && kernelModule === false) {
    const load = 'Load it with "modprobe bluetooth", or take a kernel that has it.';
    return warn('this kernel has no Bluetooth', load);
  }
  if (kind !== 'ready') {
    const without = missing.has(kind) ? ' Without Bluetooth: set ble.enabled to false.' : '';
    return warn(text.replace(/\.$/, ''), `${mend}${without}`);
  }
  const half = adapters.filter(({ roles }) => !hasBoth(roles)).map(({ name }) => name);
  if (half.length > 0) {
    const both = 'Links come about one way only; take another adapter.';
    return warn(`${half.join(', ')} cannot both advertise and connect`, both);
  }
  const named = adapters.map(({ name, address }) => `${name} ${address}`).join(', ');
  return ok(daemonVersion === undefined ? named : `${named}; BlueZ ${daemonVersion}`);
}

/** BlueZ says `central-peripheral` only with experiments on, also where both work at once. */
function hasBoth(roles: BluezAdapterSurvey['roles']): boolean {
  return roles.length === 0 || ['central', 'peripheral'].every((role) => roles.includes(role));
}

function privacyFinding({ adapters, settings }: BluezSurvey): Finding {
  const open = adapters.filter(({ privacy }) => privacy === 'off');
  if (open.length > 0) {
    const names = open.map(({ name }) => name).join(', ');
    const file = settings?.file ?? '/etc/bluetooth/main.conf';
    const mend = `Set Privacy = device under [General] in ${file}, ${restart}`;
    return warn(`the address of ${names} stays the same: this box can be followed`, mend);
  }
  const pairing = adapters.filter(({ isPairable }) => isPairable).map(({ name }) => name);
  if (pairing.length > 0) {
    const text = `strangers may pair with ${pairing.join(', ')}, and would know it again`;
    return warn(text, 'Muster pairs with nobody. Switch it off: bluetoothctl pairable off');
  }
  const lifeMs = Math.max(0, ...adapters.flatMap(({ addressLifeMs }) => addressLifeMs ?? []));
  if (lifeMs > addressLifeMsMax) {
    const mend = 'As root, for each: echo 900 > /sys/kernel/debug/bluetooth/hci0/rpa_timeout';
    return warn(`addresses change only every ${durationText(lifeMs)}`, mend);
  }
  if (adapters.some(({ privacy }) => privacy === 'unknown')) {
    return ok('not told by this system: it is set in main.conf (docs/guides/bluetooth.md)');
  }
  if (!adapters.every(({ canDrawAddressLife }) => canDrawAddressLife)) {
    const text = 'addresses change at even times, by which this box can be told from others';
    return warn(text, 'Only root can draw the times: run Muster as root, or live with it.');
  }
  return ok('addresses change, after times drawn anew');
}

/** Of main.conf, as BlueZ has to be told them for our links. */
const wanted = [
  ['controllerMode', 'le', 'ControllerMode = le under [General]'],
  // Otherwise bluetoothd ends a link half a minute after the other end's address has changed.
  ['temporaryTimeout', '0', 'TemporaryTimeout = 0 under [General]'],
  ['channels', '1', 'Channels = 1 under [GATT]'],
  ['cache', 'no', 'Cache = no under [GATT]'],
] as const;

function settingsFinding({ settings }: BluezSurvey): Finding {
  if (!settings) return ok('main.conf of BlueZ cannot be read');
  const wrong = wanted.filter(([name, value]) => settings[name]?.toLowerCase() !== value);
  if (wrong.length === 0) return ok(`${settings.file} is right for links between boxes`);
  const lines = wrong.map(([, , line]) => line).join(', ');
  const mend = `Set ${lines} in ${settings.file}, ${restart}`;
  return warn('BlueZ is set up so that links are slower, or end early', mend);
}

async function channelsFinding(context: CommandContext): Promise<Finding> {
  const { isHelperBuilt } = await machineBluetooth(context);
  if (isHelperBuilt) return ok('links can use L2CAP');
  const mend = 'Install a C compiler (apt install gcc libc6-dev), and run npm start again.';
  return warn('links go by GATT alone, about ten times slower: no L2CAP helper is built', mend);
}
