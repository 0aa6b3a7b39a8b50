/**
 * @muster/agent/parsers: what takes octets from outside apart, for the rig that feeds it hostile
 * ones. No step of its own. Nothing that ships imports it.
 */
export { CarriedOut } from './admin/carried-out.ts';
export { KeptLines } from './admin/kept-lines.ts';
export { PassUses } from './admin/pass-uses.ts';
export { PasskeyBook } from './admin/passkey-book.ts';
export { isNear, nearAddress } from './claim/near-address.ts';
export { Device } from './client/device.ts';
export { readEnvironment } from './config/environment.ts';
export { readFileText } from './config/file.ts';
export type { ConfigProblem } from './config/problem.ts';
export { readRunRecord } from './data-folder/run-file.ts';
export { addressGroup, canonicalAddress } from './http/address.ts';
export { pathOf } from './http/door.ts';
export { type HostRules, isOwnHost, isOwnOrigin } from './http/host-check.ts';
export { readClientMessage } from './socket/client-message.ts';
