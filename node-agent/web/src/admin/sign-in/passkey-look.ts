/**
 * Signs in by passkey in a browser that has no admin key (the passkey came by the owner's cloud, or
 * the key was forgotten): the node gives a token for ten minutes, by which the site can be seen.
 */
import { startAuthentication } from '@simplewebauthn/browser';
import type { ClientParts } from '../../app/client.ts';
import { AdminSession } from '../session/admin-session.ts';
import { postPasskey } from './passkey-post.ts';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** Undefined when the person, the browser or the node does not want. */
export async function lookByPasskey(parts: ClientParts): Promise<AdminSession | undefined> {
  const asked = await postPasskey<Options & { readonly id: string }>('options', { for: 'sign-in' });
  if (!asked) return undefined;
  const { id, ...optionsJSON } = asked;
  const response = await startAuthentication({ optionsJSON }).catch(() => undefined);
  const taken = response && (await postPasskey<{ token: string }>('sign-in', { id, response }));
  if (!taken) return undefined;
  const { crypto, random } = parts;
  const issuer = {
    key: crypto.keyPairFromSeed(random.bytes(32)),
    certificate: new Uint8Array(0),
  };
  return new AdminSession({ ...parts, issuer, viewToken: taken.token });
}
