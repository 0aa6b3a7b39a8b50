/**
 * What the creators of channels decreed, as far as this node has heard: who may write into
 * announcement channels. Only descriptions that fit their channel's tag count.
 */
import { type Bundle, BundleKind } from '../bundle/bundle.ts';
import { decodeFields } from '../bundle/decode.ts';
import { compareBytes } from '../bytes/compare.ts';
import { bytesKey } from '../bytes/key.ts';
import {
  type ChannelDescription,
  decodeDescription,
  describes,
  mayWrite,
} from '../channel/description.ts';
import { Role } from '../identity/role.ts';
import { storeLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import type { StoredBundle } from '../ports/store.ts';

interface Policy {
  readonly creator: Uint8Array;
  readonly description: ChannelDescription;
  readonly orderKey: Uint8Array;
  readonly role: Role;
}

type Described = Pick<StoredBundle, 'kind' | 'tag' | 'author' | 'role' | 'orderKey' | 'signed'>;

export class ChannelPolicies {
  readonly #crypto: Crypto;
  readonly #policies = new Map<string, Policy>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** Takes note of a stored bundle if it is a channel's description. */
  learn(stored: Described): void {
    if (stored.kind !== BundleKind.channelDescription) return;
    const fields = decodeFields(stored.signed);
    const description = fields.ok ? decodeDescription(fields.value.payload) : undefined;
    if (!fields.ok || !description || !describes(this.#crypto, description, fields.value)) return;
    const key = bytesKey(stored.tag);
    const { author: creator, orderKey, role } = stored;
    const policy = { creator, description, orderKey, role };
    const known = this.#policies.get(key);
    if (known && !replaces(policy, known)) return;
    if (!known && !this.#hasPlaceFor(role)) return;
    this.#policies.set(key, policy);
  }

  /** True unless a known policy forbids it. */
  mayWrite(bundle: Bundle): boolean {
    if (bundle.fields.kind !== BundleKind.message) return true;
    const policy = this.#policies.get(bytesKey(bundle.fields.tag));
    return !policy || mayWrite(policy.description, policy.creator, bundle.fields.author);
  }

  /** When all places are taken, those of guests' and foreign channels are for own users. */
  #hasPlaceFor(role: Role): boolean {
    if (this.#policies.size < storeLimits.channelsMax) return true;
    if (isLowest(role)) return false;
    for (const [key, policy] of this.#policies) {
      if (isLowest(policy.role)) return this.#policies.delete(key);
    }
    return false;
  }
}

function isLowest(role: Role): boolean {
  return role === Role.guest || role === Role.foreign;
}

function replaces(policy: Policy, known: Policy): boolean {
  const newer = policy.description.revision - known.description.revision;
  return newer > 0 || (newer === 0 && compareBytes(policy.orderKey, known.orderKey) > 0);
}
