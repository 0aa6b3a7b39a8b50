/** What a DBusError means for Bluetooth. The radio's failures are expected, each with its code. */
import { BleError, type BleErrorCode } from '../ble.ts';
import { DBusError } from '../dbus/index.ts';

const byErrorName: Readonly<Record<string, BleErrorCode>> = {
  'org.freedesktop.DBus.Error.AccessDenied': 'not-permitted',
  'org.freedesktop.DBus.Error.AuthFailed': 'not-permitted',
  'org.freedesktop.DBus.Error.NameHasNoOwner': 'gone',
  'org.freedesktop.DBus.Error.NoReply': 'gone',
  'org.freedesktop.DBus.Error.ServiceUnknown': 'gone',
  'org.freedesktop.DBus.Error.UnknownInterface': 'not-found',
  'org.freedesktop.DBus.Error.UnknownMethod': 'not-found',
  'org.freedesktop.DBus.Error.UnknownObject': 'not-found',
  'org.bluez.Error.DoesNotExist': 'not-found',
  'org.bluez.Error.InProgress': 'in-progress',
  'org.bluez.Error.NotAuthorized': 'refused',
  'org.bluez.Error.NotConnected': 'gone',
  'org.bluez.Error.NotPermitted': 'refused',
  'org.bluez.Error.NotReady': 'gone',
};

const byCode: Readonly<Record<Exclude<DBusError['code'], 'remote'>, BleErrorCode>> = {
  'no-bus': 'gone',
  refused: 'not-permitted',
  closed: 'gone',
  timeout: 'timeout',
  aborted: 'aborted',
  malformed: 'malformed',
  'too-large': 'malformed',
  busy: 'in-progress',
};

/** `what` was tried, as in `to connect`. */
export function bleErrorOf(error: unknown, what: string): BleError {
  if (error instanceof BleError) return error;
  if (!(error instanceof DBusError)) {
    return new BleError('failed', `failed ${what}: ${String(error)}`, { cause: error });
  }
  const code = error.code === 'remote' ? remoteCodeOf(error) : byCode[error.code];
  return new BleError(code, `failed ${what}: ${error.message}`, { cause: error });
}

function remoteCodeOf(error: DBusError): BleErrorCode {
  const name = error.errorName ?? '';
  if (Object.hasOwn(byErrorName, name)) return byErrorName[name]!;
  // BlueZ says the cause of a failed Connect in the text (src/error.c).
  if (/canceled|abort/i.test(error.message)) return 'aborted';
  if (/not connected/i.test(error.message)) return 'gone';
  if (/in progress/i.test(error.message)) return 'in-progress';
  if (/timeout/i.test(error.message)) return 'timeout';
  return 'failed';
}
