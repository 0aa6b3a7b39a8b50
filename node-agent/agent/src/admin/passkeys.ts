/**
 * Sign-in by passkey (WebAuthn level 3) for admins: a passkey that an admin's open session
 * registered lets its bearer see the site at this node, and nothing more; acts are signed by the
 * admin key, which no passkey replaces. The library is loaded at the first use.
 */
import {
  type Clock,
  type Crypto,
  fromBase64url,
  MusterError,
  type NodeApi,
  type Random,
  Role,
  toBase64url,
} from '@muster/core';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { adminStandingOf } from './admin-standing.ts';
import { adminLimits } from './limits.ts';
import type { Passkey, PasskeyBook } from './passkey-book.ts';
import { ShortLived } from './short-lived.ts';

/** Where a browser asks from; checked before. */
export interface Page {
  /** `name` or `name:port`. */
  readonly host: string;
  readonly isSecure: boolean;
}

/** Who may register a passkey: an admin with an open session here. */
interface Registrant {
  readonly ticket: Uint8Array;
  readonly adminKey: Uint8Array;
}

interface Challenge {
  readonly challenge: string;
  readonly registrant?: Registrant;
}

export interface PasskeysOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly node: Pick<NodeApi, 'checkTicket'>;
  readonly book: PasskeyBook;
  readonly siteKey: Uint8Array;
  readonly siteName: string;
}

const textMax = 64;

export class Passkeys {
  readonly #options: PasskeysOptions;
  readonly #registrants: ShortLived<Registrant>;
  readonly #challenges: ShortLived<Challenge>;
  readonly #views: ShortLived<Passkey>;

  constructor(options: PasskeysOptions) {
    this.#options = options;
    const { clock, random } = options;
    const itemsMax = adminLimits.passkeyChallengesMax;
    const shortLived = <T>(msMax: number) => new ShortLived<T>(clock, random, { itemsMax, msMax });
    this.#registrants = shortLived(adminLimits.passkeyRegisterMsMax);
    this.#challenges = shortLived(adminLimits.passkeyChallengeMsMax);
    this.#views = shortLived(adminLimits.passkeyViewMsMax);
  }

  /** A token with which this admin may register one passkey. */
  tokenFor(registrant: Registrant): string {
    return this.#registrants.add(registrant);
  }

  /** Whether a sign-in's token still lets see what admins see. */
  mayWatch(token: string): boolean {
    const passkey = this.#views.get(token);
    return passkey !== undefined && this.#isAdmins(passkey);
  }

  /** What the browser needs to make a passkey, and the id of the challenge. */
  async registration(page: Page, session: string): Promise<unknown> {
    const rpId = rpIdOf(page);
    const registrant = this.#registrants.take(session);
    if (!registrant) throw faults.notAdmin();
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    const { siteName, siteKey, book, random } = this.#options;
    const name = adminStandingOf(registrant.ticket, siteKey)?.name || 'admin';
    const options = await generateRegistrationOptions({
      rpName: siteName,
      rpID: rpId,
      userName: name,
      userID: registrant.adminKey.slice(),
      challenge: random.bytes(32).slice(),
      excludeCredentials: book.all.filter(isAt(rpId)).map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return { ...options, id: this.#challenges.add({ challenge: options.challenge, registrant }) };
  }

  async register(
    page: Page,
    given: { readonly id: string; readonly response: unknown; readonly name: string },
  ): Promise<unknown> {
    const rpId = rpIdOf(page);
    const { challenge, registrant } = this.#challenges.take(given.id) ?? {};
    if (challenge === undefined || !registrant) throw faults.late();
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const verified = await verifyRegistrationResponse({
      response: given.response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: originOf(page),
      expectedRPID: rpId,
    }).catch(() => undefined);
    if (!verified?.verified) throw faults.wrong();
    const { credential } = verified.registrationInfo;
    const isKept = this.#options.book.put({
      id: credential.id,
      publicKey: toBase64url(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
      rpId,
      ticket: toBase64url(registrant.ticket),
      adminKey: toBase64url(registrant.adminKey),
      name: given.name.slice(0, textMax),
    });
    if (!isKept) throw faults.notKept();
    return { ok: true };
  }

  async signInOptions(page: Page): Promise<unknown> {
    const rpID = rpIdOf(page);
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const { book, random } = this.#options;
    const options = await generateAuthenticationOptions({
      rpID,
      challenge: random.bytes(32).slice(),
      userVerification: 'required',
      allowCredentials: book.all.filter(isAt(rpID)).map(({ id }) => ({ id })),
    });
    return { ...options, id: this.#challenges.add({ challenge: options.challenge }) };
  }

  async signIn(
    page: Page,
    given: { readonly id: string; readonly response: unknown },
  ): Promise<unknown> {
    const rpId = rpIdOf(page);
    const challenge = this.#challenges.take(given.id)?.challenge;
    if (challenge === undefined) throw faults.late();
    const response = given.response as Partial<AuthenticationResponseJSON> | null | undefined;
    // A stranger's JSON: an object there may have no text of its own.
    const givenId = response?.id;
    const passkey = typeof givenId === 'string' ? this.#options.book.find(givenId) : undefined;
    if (!passkey || passkey.rpId !== rpId) throw faults.unknown();
    const { id, counter, publicKey } = passkey;
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const verified = await verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: originOf(page),
      expectedRPID: rpId,
      credential: { id, counter, publicKey: fromBase64url(publicKey)!.slice() },
    }).catch(() => undefined);
    if (!verified?.verified) throw faults.wrong();
    if (!this.#isAdmins(passkey)) throw faults.unknown();
    const { newCounter } = verified.authenticationInfo;
    // An authenticator that counts tells a copy of itself by it; it must not begin anew.
    if (newCounter > counter) this.#options.book.put({ ...passkey, counter: newCounter });
    return { token: this.#views.add(passkey) };
  }

  /** The admin's certificate may have ended or been revoked since. */
  #isAdmins({ ticket, adminKey }: Passkey): boolean {
    const [wire, key] = [fromBase64url(ticket), fromBase64url(adminKey)];
    if (!wire || !key) return false;
    const role = this.#options.node.checkTicket(wire, key);
    return role.ok && role.value === Role.admin;
  }
}

function isAt(wanted: string): (passkey: Passkey) => boolean {
  return ({ rpId }) => rpId === wanted;
}

function originOf({ host, isSecure }: Page): string {
  return `${isSecure ? 'https' : 'http'}://${host}`;
}

/** WebAuthn wants a secure page with a name; a browser counts localhost as secure. */
function rpIdOf({ host, isSecure }: Page): string {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const isAddress = /^[\d.]+$/.test(name) || name.startsWith('[');
  if (!isAddress && (isSecure || name === 'localhost')) return name;
  const mend = 'Open the page by https and its name, such as https://box.local:8443.';
  throw new MusterError('passkey-no-name', 'Passkeys need https and a name', mend);
}

const faults = {
  notAdmin: () =>
    new MusterError(
      'passkey-not-admin',
      'Only an admin with an open session registers a passkey',
      'Open the admin page with the admin key and try again.',
    ),
  late: () =>
    new MusterError('passkey-late', 'This came too late, or twice', 'Begin again from the page.'),
  wrong: () => new MusterError('passkey-wrong', 'The passkey did not prove itself', 'Try again.'),
  unknown: () =>
    new MusterError(
      'passkey-unknown',
      'This node does not know that passkey, or its admin is one no more',
      'Open the admin page with the admin key and register it here.',
    ),
  notKept: () =>
    new MusterError('passkey-not-kept', 'The disk did not take it', 'Look at the disk of the box.'),
};
