/**
 * The real Bluetooth of this machine: BlueZ over D-Bus, and the process that makes L2CAP channels
 * where it is built. Loaded only where Bluetooth is wanted. Below step 4 of a message's way.
 */
import { createBluezHost } from '@muster/adapters/transport-ble/bluez';
import { builtHelperPath, createL2capHelper } from '@muster/adapters/transport-ble/l2cap';
import type { Clock, Logger, Random } from '@muster/core';

export interface RadioOptions {
  /** Names of adapters; empty for all. */
  readonly adapters: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export function openRadio({ adapters, clock, random, logger }: RadioOptions) {
  const helper = createL2capHelper({
    path: builtHelperPath(),
    clock,
    logger: logger.child('l2cap'),
  });
  const host = createBluezHost({
    ...{ clock, random, adapters, logger: logger.child('bluez') },
    channels: (adapter) => helper.channelsFor(adapter),
  });
  return { host, helper };
}
