/**
 * How a stream comes about on a connection that stands, on the side that connected and on the
 * other. Below step 4 of a message's way. A connection without a stream at its end is closed.
 */
import type { Clock, Logger, Random } from '@muster/core';
import type { BleConnection } from '../ble.ts';
import { BleStream } from './ble-stream.ts';
import { CarrierEnd } from './carrier-end.ts';
import type { ChannelDoor } from './channel-door.ts';
import { type GreetingOptions, greet } from './greeting.ts';
import type { StreamPurpose } from './packets.ts';

interface Options {
  /** The stream's from now on: closed with it, or when there is none. */
  readonly connection: BleConnection;
  /** Of the same adapter; undefined: GATT only. */
  readonly door: ChannelDoor | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface OpenBleStreamOptions extends Options {
  readonly purpose: StreamPurpose;
}

export interface AcceptBleStreamOptions extends Options {
  /** What the service is for on which they came; the stream says which one it became. */
  readonly purposes: readonly StreamPurpose[];
}

/** On the side that connected. Rejects with a BleError. */
export function openBleStream(options: OpenBleStreamOptions): Promise<BleStream> {
  return begin(options, { purposes: [options.purpose], psm: 0 });
}

/** On the side that was connected to. Rejects with a BleError. */
export function acceptBleStream(options: AcceptBleStreamOptions): Promise<BleStream> {
  return begin(options, { purposes: options.purposes, psm: options.door?.psm ?? 0 });
}

type Said = Pick<GreetingOptions, 'purposes' | 'psm'>;

async function begin(options: Options, said: Said): Promise<BleStream> {
  const { connection, door, clock, random, logger, signal } = options;
  const end = new CarrierEnd(connection.gatt);
  const { initiator } = connection;
  try {
    const greeted = await greet({ end, initiator, ...said, clock, random, signal });
    const stream = new BleStream({ connection, gatt: end, greeted, door, clock, logger });
    stream.open();
    return stream;
  } catch (error) {
    connection.close();
    throw error;
  }
}
