/**
 * Sets up a passkey for the admin key: registered at the node of the open session, and used on this
 * phone to seal the key under what it alone gives. Without that secret nothing is kept here.
 */
import type { KeyPair } from '@muster/core';
import { saveAdminKey } from '../keys/key-store.ts';
import { askPasskey, makePasskey, type RegistrationOptions } from '../keys/passkey.ts';
import { type AdminKeyRecord, sealWithPasskey } from '../keys/sealed-key.ts';
import type { AdminSession } from '../session/admin-session.ts';
import { postPasskey as post } from './passkey-post.ts';

export type PasskeyOutcome =
  | { readonly ok: true; readonly record: AdminKeyRecord }
  | { readonly ok: false; readonly reason: 'passkeyFailed' | 'passkeyWeak' | 'passkeyNode' };

/** With the id of the challenge beside them. */
type NodeOptions = RegistrationOptions & { readonly id: string };

function refuse(reason: Extract<PasskeyOutcome, { ok: false }>['reason']): PasskeyOutcome {
  return { ok: false, reason };
}

export async function setUpPasskey(
  session: AdminSession,
  record: AdminKeyRecord,
  pair: KeyPair,
): Promise<PasskeyOutcome> {
  const { crypto, random, db } = session.parts;
  const token = await session.passkeyToken();
  const asked = token && (await post<NodeOptions>('options', { for: 'register', session: token }));
  if (!asked) return refuse('passkeyNode');
  const { id, ...options } = asked;
  const input = random.bytes(32);
  const made = await makePasskey(options, input).catch(() => undefined);
  if (!made) return refuse('passkeyFailed');
  const { credential, answer } = made;
  // Some authenticators tell the secret only when they are used.
  const secret = made.secret ?? (await askAgain(credential, input, random.bytes(32)));
  if (!secret) return refuse('passkeyWeak');
  const { name } = session.certificate;
  const taken = await post('register', { id, response: answer, name });
  if (!taken) return refuse('passkeyNode');
  const passkey = sealWithPasskey({ crypto, random }, pair, { credential, input, secret });
  const next = { ...record, passkey };
  await saveAdminKey(db, next);
  return { ok: true, record: next };
}

function askAgain(...asked: Parameters<typeof askPasskey>): Promise<Uint8Array | undefined> {
  return askPasskey(...asked).catch(() => undefined);
}
