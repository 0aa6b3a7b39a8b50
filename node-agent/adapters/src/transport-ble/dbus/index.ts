/**
 * Our D-Bus client: the wire format, authentication, calls, signals, names and objects of our own.
 * Below step 4 of a message's way; the one program that it is for is bluetoothd.
 */
export { connectDBus, systemBusPath } from './connect.ts';
export { DBusError, type DBusErrorCode } from './error.ts';
export { isObjectPath } from './names.ts';
export { peerInterface } from './standard-interfaces.ts';
export type {
  DBusCall,
  DBusConnection,
  DBusExport,
  DBusInterface,
  DBusMatch,
  DBusMethod,
  DBusOptions,
  DBusProperty,
  DBusSignal,
} from './types.ts';
export type { DBusValue, DBusVariant } from './values.ts';
