/**
 * The passkeys of admins that this node knows, in a file of its data folder: public keys, and the
 * ticket of the admin who registered each, by which it is judged again at every use. No secret is
 * among them.
 */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '@muster/core';
import type { KeptLines } from './kept-lines.ts';
import { adminLimits } from './limits.ts';

export interface Passkey {
  /** Credential id, base64url, as browsers give it. */
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  /** Signature counter of the authenticator; 0 for one that does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** The host name for which it is good. */
  readonly rpId: string;
  /** The admin's self-issued ticket in wire form, base64url, and the admin key. */
  readonly ticket: string;
  readonly adminKey: string;
  /** What the admin calls it. */
  readonly name: string;
}

export class PasskeyBook {
  readonly #kept: KeptLines;
  #passkeys: readonly Passkey[] | undefined;

  constructor(kept: KeptLines) {
    this.#kept = kept;
  }

  /** Oldest first; read from the disk at the first use only. */
  get all(): readonly Passkey[] {
    this.#passkeys ??= this.#kept.read().flatMap((line) => passkeyOf(line) ?? []);
    return this.#passkeys;
  }

  find(id: string): Passkey | undefined {
    return this.all.find((passkey) => passkey.id === id);
  }

  /** Adds or replaces it; at the maximum the oldest goes. False when the disk did not take it. */
  put(passkey: Passkey): boolean {
    const others = this.all.filter(({ id }) => id !== passkey.id);
    const all = [...others, passkey].slice(-adminLimits.passkeysMax);
    const isKept = this.#kept.write(all.map((one) => toBase64url(utf8(JSON.stringify(one)))));
    if (isKept) this.#passkeys = all;
    return isKept;
  }
}

function passkeyOf(line: string): Passkey | undefined {
  try {
    const bytes = fromBase64url(line);
    const read: unknown = JSON.parse((bytes && fromUtf8(bytes)) ?? '');
    return isPasskey(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Written here, but the disk may have changed it since: half a passkey is none. */
function isPasskey(read: unknown): read is Passkey {
  if (typeof read !== 'object' || read === null) return false;
  const { counter, transports, ...texts } = read as Record<keyof Passkey, unknown>;
  const { id, publicKey, rpId, ticket, adminKey, name } = texts;
  const isCount = Number.isSafeInteger(counter) && (counter as number) >= 0;
  if (!isCount || !Array.isArray(transports)) return false;
  const isText = (one: unknown): one is string => typeof one === 'string';
  return (
    [id, rpId, name, ...transports].every(isText) &&
    [publicKey, ticket, adminKey].every((one) => isText(one) && fromBase64url(one) !== undefined)
  );
}
