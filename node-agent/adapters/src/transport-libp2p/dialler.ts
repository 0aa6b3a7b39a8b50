/**
 * One dial to one peer: its addresses are tried best first, each next one beside those before after
 * a short head start (RFC 8305's idea), and the first that proves the key wins. Before step 4 of a
 * message's way. It knows nothing of who should dial or when.
 */
import type { Connection } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import type { Clock } from '@muster/core';
import { dialLimits } from './constants.ts';
import type { TransportManager } from './quiet-node.ts';
import { shut } from './stream-link.ts';

export interface DialOptions {
  readonly transportManager: TransportManager;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Rejects with the last failure when no address answers in time, or when the signal says so. */
export async function dialFirst(
  addresses: readonly string[],
  options: DialOptions,
): Promise<Connection> {
  const { clock, signal } = options;
  const attempts = new Set<AbortController>();
  const abortAll = (): void => {
    for (const attempt of attempts) attempt.abort();
  };
  const race = Promise.withResolvers<Connection>();
  let left = addresses.length;
  let over = false;
  const timers = addresses.map((address, i) =>
    clock.after(i * dialLimits.staggerMs, async () => {
      try {
        const connection = await dialOne(address, attempts, options);
        if (over) return void shut(connection);
        over = true;
        race.resolve(connection);
      } catch (error) {
        left -= 1;
        if (left === 0) race.reject(error);
      }
    }),
  );
  const giveUp = (): void => {
    abortAll();
    race.reject(new Error('nobody answered in time'));
  };
  timers.push(clock.after(dialLimits.dialMsMax, giveUp));
  signal.addEventListener('abort', giveUp);
  try {
    return await race.promise;
  } finally {
    over = true;
    signal.removeEventListener('abort', giveUp);
    for (const timer of timers) timer.cancel();
    abortAll();
  }
}

/**
 * The signal must not fire once the connection stands: the library passes it to the socket, which
 * is destroyed by it at any later time.
 */
async function dialOne(
  address: string,
  attempts: Set<AbortController>,
  options: DialOptions,
): Promise<Connection> {
  const attempt = new AbortController();
  attempts.add(attempt);
  try {
    return await options.transportManager.dial(multiaddr(address), { signal: attempt.signal });
  } finally {
    attempts.delete(attempt);
  }
}
