/** Words that several commands of Bluetooth write. */
import { durationText } from '../amount.ts';

export const carrierNames = { gatt: 'GATT', l2cap: 'L2CAP' } as const;

/** Who is heard at least each half minute counts as there now. */
const nowMs = 45_000;

export function seenText(seenMsAgo: number): string {
  return seenMsAgo < nowMs ? 'now' : `${durationText(seenMsAgo)} ago`;
}

export function strengthText(rssiDbm: number | undefined): string {
  return rssiDbm === undefined ? '' : `${rssiDbm} dBm`;
}
