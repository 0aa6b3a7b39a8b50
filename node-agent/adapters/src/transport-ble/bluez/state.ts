/** The states of this machine's Bluetooth in words for whoever can act. */
import type { BleErrorCode, BleState, BleStateKind } from '../ble.ts';

const words: Readonly<Record<BleStateKind, readonly [text: string, mend: string]>> = {
  ready: ['Bluetooth is on', ''],
  'no-bus': [
    'The system message bus cannot be reached',
    'Start it with "systemctl start dbus"; in a container, pass /run/dbus/system_bus_socket in.',
  ],
  'no-daemon': [
    'bluetoothd does not run',
    'Install it with "apt install bluez" and start it with "systemctl enable --now bluetooth".',
  ],
  'not-answering': [
    'bluetoothd runs and does not answer',
    'Restart it with "systemctl restart bluetooth"; Muster goes on by itself then.',
  ],
  'no-adapter': [
    'No Bluetooth adapter was found',
    'Plug one in, or switch the built-in one on: "dtoverlay=disable-bt" must not be in config.txt.',
  ],
  'powered-off': [
    'Bluetooth is switched off',
    'Switch it on with "bluetoothctl power on"; Muster goes on by itself then.',
  ],
  blocked: [
    'Bluetooth is blocked by a radio switch',
    'Unblock it with "rfkill unblock bluetooth", or by the switch of the machine; Muster goes on ' +
      'by itself then.',
  ],
  'not-permitted': [
    'The message bus does not let Muster use Bluetooth',
    'Add its user to the group "bluetooth" and start Muster again.',
  ],
};

/** `detail` follows the text, as in which adapters there are. */
export function bleStateOf(kind: BleStateKind, detail = ''): BleState {
  const [text, mend] = words[kind];
  return { kind, text: detail === '' ? `${text}.` : `${text}: ${detail}.`, mend };
}

/** Of a bluetoothd that is there and does not say what it has. */
export function daemonStateOf(code: BleErrorCode): BleStateKind {
  if (code === 'not-permitted') return code;
  return code === 'timeout' ? 'not-answering' : 'no-daemon';
}

export function isSameState(a: BleState, b: BleState): boolean {
  return a.kind === b.kind && a.text === b.text;
}
