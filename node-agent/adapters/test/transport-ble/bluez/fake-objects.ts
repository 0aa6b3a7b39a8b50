/** Small things that the fake org.bluez is made of. */
import type { Logger } from '@muster/core';
import type { DBusMethod, DBusValue, DBusVariant } from '../../../src/transport-ble/dbus/index.ts';

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

export type Managed = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, DBusVariant>>>;

export function managedObjects([value]: readonly DBusValue[]): Managed {
  return value as unknown as Managed;
}

export function text(value: string): DBusVariant {
  return { signature: 's', value };
}

export function flag(value: boolean): DBusVariant {
  return { signature: 'b', value };
}

export function octets(value: Uint8Array): DBusVariant {
  return { signature: 'ay', value };
}

/** `run` gives what is answered; nothing for a method without an answer. */
export function method(in_: string, out: string, run: DBusMethod['run']): DBusMethod {
  return { in: in_, out, run };
}
