/**
 * Passkeys (WebAuthn Level 3): the browser asks for a finger or a PIN and, by the `prf` extension,
 * gives a secret that opens the sealed admin key. Browsers offer them only to pages that are secure
 * and have a name, never to `http://10.0.0.1`: `passkeyHindrance` says which it is.
 */
import { toBase64url } from '@muster/core';
import { startAuthentication, startRegistration } from '@simplewebauthn/browser';

export type RegistrationOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];
type AuthenticationOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];
type RegistrationAnswer = Awaited<ReturnType<typeof startRegistration>>;

export type PasskeyHindrance = 'not-secure' | 'no-name' | 'no-passkeys';

/** Why this page cannot have passkeys; undefined when it can. */
export function passkeyHindrance(page: {
  readonly isSecure: boolean;
  readonly hostName: string;
  readonly hasWebAuthn: boolean;
}): PasskeyHindrance | undefined {
  if (!page.isSecure) return 'not-secure';
  if (/^[\d.]+$|^\[/.test(page.hostName)) return 'no-name';
  return page.hasWebAuthn ? undefined : 'no-passkeys';
}

export function hindranceHere(): PasskeyHindrance | undefined {
  return passkeyHindrance({
    isSecure: globalThis.isSecureContext === true,
    hostName: location.hostname,
    hasWebAuthn: typeof globalThis.PublicKeyCredential === 'function',
  });
}

interface PrfResults {
  readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: unknown } };
}

const extensions = (input: Uint8Array) => ({ prf: { eval: { first: input } } }) as object;

/** The secret in an answer, 32 bytes; undefined when the authenticator gives none. */
function secretIn(answer: { readonly clientExtensionResults: object }): Uint8Array | undefined {
  const first = (answer.clientExtensionResults as PrfResults).prf?.results?.first;
  if (!(first instanceof ArrayBuffer) && !ArrayBuffer.isView(first)) return undefined;
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  return bytes.length >= 32 ? bytes.slice() : undefined;
}

/** What goes to the node must not hold the secret. */
function withoutSecret<T extends { readonly clientExtensionResults: object }>(answer: T): T {
  return { ...answer, clientExtensionResults: {} };
}

export interface MadePasskey {
  readonly answer: RegistrationAnswer;
  readonly credential: string;
  /** Undefined when the authenticator only tells it at the first sign-in, or never. */
  readonly secret: Uint8Array | undefined;
}

/** Makes one, with the node's options; throws what the browser throws (such as NotAllowedError). */
export async function makePasskey(
  options: RegistrationOptions,
  input: Uint8Array,
): Promise<MadePasskey> {
  const optionsJSON = { ...options, extensions: { ...options.extensions, ...extensions(input) } };
  const answer = await startRegistration({ optionsJSON });
  return { answer: withoutSecret(answer), credential: answer.id, secret: secretIn(answer) };
}

/** The secret of a passkey of this page; undefined when the authenticator gives none. */
export async function askPasskey(
  credential: string,
  input: Uint8Array,
  challenge: Uint8Array,
): Promise<Uint8Array | undefined> {
  const optionsJSON = {
    challenge: toBase64url(challenge),
    allowCredentials: [{ id: credential, type: 'public-key' }],
    userVerification: 'required',
    extensions: extensions(input),
  } as AuthenticationOptions;
  return secretIn(await startAuthentication({ optionsJSON }));
}
