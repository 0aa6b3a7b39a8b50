/**
 * Why the broker's store did not take something (step 6): typed, for whoever answers the client.
 * aedes takes rejections only, hence an Error.
 */
import { MusterError } from '@muster/core';

const faults = {
  'disk-full': ['the disk is full', 'Free some space; the broker tries again by itself.'],
  'io-error': ['the disk does not answer as it should', 'Look at the card and its log.'],
  closed: ['the store is closed', 'Start the gateway again.'],
  'retained-full': ['too many retained messages', 'Clear retained topics that nobody needs.'],
  'retained-client-full': ['too many retained messages of one client', 'Clear some of its topics.'],
  'sessions-full': ['too many sessions', 'Let clients connect with a clean session.'],
  'subscriptions-full': ['too many subscriptions of one session', 'Use wildcards, or fewer.'],
  'incoming-full': ['too many QoS 2 publishes without PUBREL', 'Mend the client.'],
  'will-refused': ['too large a will, or too many wills', 'Connect with a smaller will.'],
  'topic-too-deep': ['too many topic levels', 'Use fewer levels.'],
} as const;

export type StoreFault = keyof typeof faults;

export class RefusedError extends MusterError {
  readonly reason: StoreFault;

  constructor(reason: StoreFault, options?: ErrorOptions) {
    const [what, mend] = faults[reason];
    super(`mqtt-${reason}`, `Not stored: ${what}.`, mend, options);
    this.name = 'RefusedError';
    this.reason = reason;
  }
}
