/** Machines as `muster doctor` and `muster ble` may find them: the system's word, made up. */
import type { BluezAdapterSurvey, BluezSurvey } from '@muster/adapters/transport-ble/bluez';
import type { MachineBluetooth } from '../../src/cli/ble/machine.ts';

export const adapter: BluezAdapterSurvey = {
  name: 'hci0',
  address: 'C0:11:22:33:44:55',
  addressType: 'public',
  alias: 'Muster',
  isPowered: true,
  isBlocked: false,
  roles: ['central', 'peripheral'],
  advertisementsMax: 5,
  isPairable: false,
  privacy: 'on',
  addressLifeMs: 900_000,
  canDrawAddressLife: true,
};

/** All is well. */
export const goodSurvey: BluezSurvey = {
  state: { kind: 'ready', text: 'Bluetooth is on: hci0.', mend: '' },
  busPath: '/run/dbus/system_bus_socket',
  daemonVersion: '5.66',
  adapters: [adapter],
  kernelModule: true,
  kernelAdapters: ['hci0'],
  settings: {
    file: '/etc/bluetooth/main.conf',
    ...{ controllerMode: 'le', privacy: 'device', temporaryTimeout: '0' },
    ...{ channels: '1', cache: 'no' },
  },
};

/** Can be asked, and not used. */
export function surveyed(survey: BluezSurvey, isHelperBuilt = true): MachineBluetooth {
  const { state } = survey;
  const nothing = async (): Promise<void> => {};
  const host = { state, adapters: [], start: nothing, stop: nothing, survey: async () => survey };
  return { host, isHelperBuilt };
}
