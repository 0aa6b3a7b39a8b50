/**
 * Finds our service on a connected device: the characteristics that it offers, in the order of
 * their handles. Below step 4 of a message's way. Whatever a foreign device shows is refused in words.
 */
import { BleError } from '../ble.ts';
import { bleUuids } from '../uuids.ts';
import type { BluezBus } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';
import { type Interfaces, numberOf, textOf } from './properties.ts';

export interface RemoteService {
  /** Path of the characteristic that is written, and read for our slot. */
  readonly toPeripheral: string;
  /** Paths of those that notify, by slot. */
  readonly fromPeripheral: readonly string[];
  readonly mtu: number;
}

/** `devicePath` has its services resolved. */
export async function findRemoteService(
  bus: BluezBus,
  devicePath: string,
  service: string,
): Promise<RemoteService> {
  const objects = await bus.objects();
  const servicePath = [...objects].find(
    ([path, interfaces]) => path.startsWith(`${devicePath}/`) && isService(interfaces, service),
  )?.[0];
  if (servicePath === undefined) throw new BleError('refused', 'it does not offer the service');
  const characteristics = [...objects].flatMap(([path, interfaces]) => {
    const properties = interfaces.get(bluezInterfaces.characteristic);
    if (!path.startsWith(`${servicePath}/`) || properties === undefined) return [];
    return [{ path, uuid: textOf(properties, 'UUID'), mtu: numberOf(properties, 'MTU') }];
  });
  const to = characteristics.find(({ uuid }) => uuid === bleUuids.toPeripheral);
  // Paths end with the handle in four hexadecimal digits.
  const from = characteristics.filter(({ uuid }) => uuid === bleUuids.fromPeripheral);
  const fromPeripheral = from.map(({ path }) => path).sort();
  if (to === undefined || fromPeripheral.length === 0) {
    throw new BleError('refused', 'its service is not whole');
  }
  const mtu = Math.max(to.mtu ?? 0, bluezLimits.attMtuDefault);
  return { toPeripheral: to.path, fromPeripheral, mtu };
}

function isService(interfaces: Interfaces, uuid: string): boolean {
  const properties = interfaces.get(bluezInterfaces.service);
  return properties !== undefined && textOf(properties, 'UUID') === uuid;
}
