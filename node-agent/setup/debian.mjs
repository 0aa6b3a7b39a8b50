/**
 * The Debian packages that the tests and rigs need: a browser as the phone, `ip` for network
 * namespaces, mosquitto as the peer and its tools as the clients of our broker, a message bus, a C
 * compiler for what lies below Node; and for Bluetooth a virtual machine with BlueZ in it. Root
 * gets them installed, with no service started; anyone else is told the one command, and we stop.
 */
import { runLogged } from './command.mjs';
import { findProgram, systemPath } from './paths.mjs';
import { begin, done, explain } from './report.mjs';

const name = 'Debian';
const packages = [
  { program: 'chromium', debian: 'chromium' },
  { program: 'ip', debian: 'iproute2' },
  { program: 'mosquitto', debian: 'mosquitto' },
  { program: 'mosquitto_pub', debian: 'mosquitto-clients' },
  { program: 'gcc', debian: 'gcc libc6-dev' },
  { program: 'dbus-daemon', debian: 'dbus dbus-bin' },
];
/** 200 MB more, for one rig only. */
const bluetoothPackages = [
  { program: 'qemu-system-x86_64', debian: 'qemu-system-x86' },
  { program: 'bluetoothctl', debian: 'bluez' },
  { program: 'btvirt', debian: 'bluez-test-tools' },
  { program: 'depmod', debian: 'kmod' },
];
/**
 * mosquitto's package starts its service, which would take the gateway's port. systemctl leaves
 * services alone when it is told to be offline, and invoke-rc.d in a runlevel that starts none.
 */
const noServices = { SYSTEMD_OFFLINE: '1', RUNLEVEL: '1' };

async function aptGet(args, log) {
  const path = systemPath(process.env.PATH ?? '');
  const env = { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive', ...noServices };
  const patience = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  const result = await runLogged('apt-get', ['-q', ...patience, ...args], { log, name, env });
  if (result.code === 0) return result;
  explain({
    name,
    text: `apt-get ${args[0]} failed with exit code ${result.code}`,
    output: result.output,
    mend: `Mend what it names, and try by hand:  apt-get ${args.join(' ')}`,
    log: result.log,
  });
  return undefined;
}

/**
 * True when the packages are there, after an installation if need be and allowed.
 *
 * @param {{bluetooth: boolean}} options
 */
export async function prepareDebian({ bluetooth }) {
  const wanted = bluetooth ? [...packages, ...bluetoothPackages] : packages;
  const missing = wanted.filter(({ program }) => findProgram(program) === undefined);
  if (missing.length === 0) return true;
  const list = missing.map(({ debian }) => debian).join(' ');
  const root = process.getuid?.() === 0;
  if (!root || findProgram('apt-get') === undefined) {
    explain({
      name,
      text: `missing: ${list}`,
      mend: root
        ? "Install them with this system's package manager, and run the command again."
        : `Install them, and run the command again:\n` +
          `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${list}`,
    });
    return false;
  }
  begin(name, 'fetching the package lists');
  const lists = await aptGet(['update'], 'apt-get-update');
  if (lists === undefined) return false;
  done(name, 'package lists fetched', lists.durationMs);
  begin(name, `installing ${list}, about a minute`);
  const install = ['install', '-y', '--no-install-recommends', ...list.split(' ')];
  const result = await aptGet(install, 'apt-get-install');
  if (result === undefined) return false;
  done(name, `installed ${list}`, result.durationMs);
  return true;
}
