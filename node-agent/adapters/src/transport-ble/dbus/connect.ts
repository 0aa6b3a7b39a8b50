/**
 * Connects to the message bus of this machine. Below step 4 of a message's way. A bus that is not
 * there, or does not want us, is a DBusError to wait with, never a crash.
 */
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import { BusConnection } from './bus-connection.ts';
import { DBusError } from './error.ts';
import { dbusLimits } from './limits.ts';
import type { DBusConnection, DBusOptions } from './types.ts';

/** As the D-Bus Specification says, "System message bus". */
export const systemBusPath = '/run/dbus/system_bus_socket';

/** Rejects with `no-bus`, `refused`, `timeout`, `closed` or `malformed`. */
export function connectDBus(options: DBusOptions): Promise<DBusConnection> {
  const stream = createConnection({ path: options.path ?? systemBusPath });
  return openBus(stream, process.getuid?.() ?? 0, options);
}

/** The same over any stream; `userId` is what the bus knows its other end by. */
export function openBus(
  stream: Duplex,
  userId: number,
  options: Omit<DBusOptions, 'path'>,
): Promise<DBusConnection> {
  const { clock, logger } = options;
  return new Promise((resolve, reject) => {
    let isIn = false;
    let isOpen = false;
    const timer = clock.after(dbusLimits.handshakeMsMax, () => {
      fail(new DBusError('timeout', 'the bus does not answer'));
    });
    const fail = (error: DBusError): void => {
      timer.cancel();
      connection.close();
      reject(error);
    };
    const greet = async (): Promise<void> => {
      isIn = true;
      try {
        await connection.hello();
      } catch (error) {
        return fail(refusal(error));
      }
      timer.cancel();
      isOpen = true;
      resolve(connection);
    };
    const connection = new BusConnection(stream, {
      ...{ userId, clock, logger: logger.child('dbus') },
      onReady: () => void greet(),
      onClose(error) {
        if (isOpen) options.onClose(error);
        // How dbus-daemon says that its policy has no place for this user.
        else if (isIn && error.code === 'closed') fail(new DBusError('refused', error.message));
        else fail(error);
      },
    });
    connection.start();
  });
}

/** A bus that answers Hello with an error has no place for us. */
function refusal(error: unknown): DBusError {
  if (!(error instanceof DBusError)) return new DBusError('malformed', String(error));
  return error.code === 'remote' ? new DBusError('refused', error.message) : error;
}
