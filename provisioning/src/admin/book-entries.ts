/**
 * The entries of an admin's book and how they stand in its JSON. Read strictly; members that a
 * newer version added are kept as they are.
 */
import { fromBase64url, toBase64url } from '@muster/core';

const nodeRoles = ['node', 'gateway', 'relay'] as const;
const personRoles = ['user', 'staff', 'admin'] as const;
const inviteKinds = ['invite', 'label', 'admin'] as const;
const inviteStates = ['open', 'used', 'burned'] as const;

/** Whoever was certified. */
interface Certified {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly name: string;
  /** The last epoch in which anything that was issued to this key holds. */
  readonly endsEpoch: number;
  readonly issuedUnixMs: number;
  readonly revoked: boolean;
}

export interface BookNode extends Certified {
  readonly role: (typeof nodeRoles)[number];
}

export interface BookPerson extends Certified {
  readonly role: (typeof personRoles)[number];
  /** Of the newest ticket. */
  readonly serial: number;
}

export interface BookAdmin extends Certified {
  /** Bits of Power. */
  readonly powers: number;
}

export interface Claimant {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly unixMs: number;
}

export interface BookInvite {
  /** Claim id in hex, 16 letters. */
  readonly id: string;
  readonly kind: (typeof inviteKinds)[number];
  /** What the new node or admin is to be called. */
  readonly name: string;
  /** `open`: nobody came. `used`: somebody did. `burned`: it was withdrawn. */
  readonly state: (typeof inviteStates)[number];
  /** Text of the code while it is open: who waits for it needs its one-time secret. */
  readonly code?: string;
  /** JSON object with what the node gets; for whoever made the invite. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly createdUnixMs: number;
  /** In the order in which they came; two are one too many. */
  readonly claimants: readonly Claimant[];
}

export type Json = Readonly<Record<string, unknown>>;

/** How one kind of entry stands in JSON. */
export interface EntryForm<T> {
  /** Undefined when it is malformed. */
  read(json: Json): T | undefined;
  write(entry: T): Json;
  /** What tells two entries apart. */
  idOf(entry: T): string;
}

export const nodeForm: EntryForm<BookNode> = {
  idOf: ({ key }) => toBase64url(key),
  write: ({ role, ...entry }) => ({ ...writeCertified(entry), role }),
  read(json) {
    const certified = readCertified(json);
    const role = nodeRoles.find((one) => one === json.role);
    return certified && role && { ...certified, role };
  },
};

export const personForm: EntryForm<BookPerson> = {
  idOf: ({ key }) => toBase64url(key),
  write: ({ role, serial, ...entry }) => ({ ...writeCertified(entry), role, serial }),
  read(json) {
    const certified = readCertified(json);
    const role = personRoles.find((one) => one === json.role);
    const { serial } = json;
    return certified && role && isCount(serial) ? { ...certified, role, serial } : undefined;
  },
};

export const adminForm: EntryForm<BookAdmin> = {
  idOf: ({ key }) => toBase64url(key),
  write: ({ powers, ...entry }) => ({ ...writeCertified(entry), powers }),
  read(json) {
    const certified = readCertified(json);
    const { powers } = json;
    return certified && isCount(powers) ? { ...certified, powers } : undefined;
  },
};

export const inviteForm: EntryForm<BookInvite> = {
  idOf: ({ id }) => id,
  write({ claimants, ...entry }) {
    const came = claimants.map(({ key, unixMs }) => ({ key: toBase64url(key), unixMs }));
    return { code: undefined, ...entry, claimants: came };
  },
  read(json) {
    const { id, name, code, createdUnixMs, settings } = json;
    const kind = inviteKinds.find((one) => one === json.kind);
    const state = inviteStates.find((one) => one === json.state);
    const claimants = readClaimants(json.claimants);
    if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id) || typeof name !== 'string') {
      return undefined;
    }
    if (!kind || !state || !claimants || !isCount(createdUnixMs)) return undefined;
    if (code !== undefined && typeof code !== 'string') return undefined;
    if (settings !== undefined && !isJson(settings)) return undefined;
    return {
      ...{ id, kind, name, state, createdUnixMs, claimants },
      ...(code !== undefined && { code }),
      ...(settings !== undefined && { settings }),
    };
  },
};

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readClaimants(list: unknown): readonly Claimant[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const claimants: Claimant[] = [];
  for (const item of list) {
    const key = isJson(item) ? keyOf(item.key) : undefined;
    const { unixMs } = isJson(item) ? item : {};
    if (!key || !isCount(unixMs)) return undefined;
    claimants.push({ key, unixMs });
  }
  return claimants;
}

function readCertified(json: Json): Certified | undefined {
  const { name, endsEpoch, issuedUnixMs, revoked = false } = json;
  const key = keyOf(json.key);
  if (!key || typeof name !== 'string' || typeof revoked !== 'boolean') return undefined;
  if (!isCount(endsEpoch) || !isCount(issuedUnixMs)) return undefined;
  return { key, name, endsEpoch, issuedUnixMs, revoked };
}

function writeCertified({ key, ...entry }: Certified): Json {
  return { key: toBase64url(key), ...entry };
}

function keyOf(value: unknown): Uint8Array | undefined {
  const key = typeof value === 'string' ? fromBase64url(value) : undefined;
  return key?.length === 32 ? key : undefined;
}
