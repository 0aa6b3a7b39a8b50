/**
 * What the kernel's error numbers mean here: to whoever asked for a channel, and as the reason of a
 * channel's end. Below step 4 of a message's way.
 */
import { getSystemErrorName } from 'node:util';
import { BleError, type BleErrorCode } from '../ble.ts';

const codes: Readonly<Record<string, BleErrorCode>> = {
  ETIMEDOUT: 'timeout',
  ECONNREFUSED: 'refused',
  ENOSPC: 'refused',
  EBUSY: 'in-progress',
  EALREADY: 'in-progress',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EHOSTUNREACH: 'not-found',
  EHOSTDOWN: 'not-found',
  ENETDOWN: 'gone',
  ENODEV: 'gone',
  EADDRNOTAVAIL: 'gone',
  ENOENT: 'not-found',
};

/** As in `ECONNREFUSED`; a number where the system has no name for it. */
export function errnoName(errno: number): string {
  const name = errno === 0 ? 'closed' : getSystemErrorName(-errno);
  return /^[A-Za-z]\w+$/.test(name) ? name : String(errno);
}

export function errorOf(what: string, errno: number): BleError {
  const name = errnoName(errno);
  return new BleError(codes[name] ?? 'failed', `${what}: ${name}`);
}

/** ENOBUFS is the helper's word for packets that the kernel threw away, nobody having read them. */
export function closeReason(errno: number): string {
  const name = errnoName(errno);
  if (errno === 0 || name === 'ECONNRESET' || name === 'EPIPE') return 'closed-by-peer';
  if (name === 'ENOBUFS') return 'overrun';
  return name === 'ETIMEDOUT' ? 'connection-lost' : `failed-${name.toLowerCase()}`;
}
