/**
 * Who becomes a guest at this node, by the rules of the site: everybody, whoever shows a guest
 * pass, or whom staff let in. It also makes passes for staff. Budgets are not its business: the
 * core's desk holds them. Guards the first step of a message's way.
 */
import {
  type Crypto,
  checkGuestPass,
  GuestAdmission,
  type GuestPassFault,
  guestPassId,
  type Issuer,
  type NodeApi,
  ok,
  type Random,
  type Result,
  refused,
  signGuestPass,
  toBase64url,
} from '@muster/core';
import type { PassUses } from './pass-uses.ts';

export type GuestFault =
  | 'pass-needed'
  | 'pass-wrong'
  | 'pass-expired'
  | 'pass-used-up'
  | 'approval-needed';

/** What people are told, a whole sentence each. */
export const guestFaultTexts: Readonly<Record<GuestFault, string>> = {
  'pass-needed': 'Guests need a guest pass here: ask the people who run this place for its code.',
  'pass-wrong': 'This guest pass is not one of this site, or it is damaged.',
  'pass-expired': 'This guest pass is no longer good: ask for a new one.',
  'pass-used-up': 'This guest pass has admitted as many as it may: ask for a new one.',
  'approval-needed': 'The people who run this place let guests in: please wait a moment.',
};

export interface GuestDoorOptions {
  readonly node: Pick<NodeApi, 'trust'>;
  readonly crypto: Crypto;
  readonly random: Random;
  /** The node's own, with the certificate of now. */
  issuer(): Issuer;
  readonly uses: PassUses;
}

const faultOf: Readonly<Record<GuestPassFault, GuestFault>> = {
  malformed: 'pass-wrong',
  foreign: 'pass-wrong',
  forged: 'pass-wrong',
  revoked: 'pass-wrong',
  expired: 'pass-expired',
};

export class GuestDoor {
  readonly #options: GuestDoorOptions;

  constructor(options: GuestDoorOptions) {
    this.#options = options;
  }

  /** Why a device with this pass (empty: none) is no guest yet, or what to call once it is one. */
  judge(pass: string): Result<() => void, GuestFault> {
    const { guests } = this.#options.node.trust().rules;
    if (guests === GuestAdmission.open) return ok(() => {});
    // A pass also spares its bearer the wait for staff: they gave it out.
    if (pass !== '') return this.#judgePass(pass);
    return refused(guests === GuestAdmission.pass ? 'pass-needed' : 'approval-needed');
  }

  /** A new pass as text, good until the epoch ends, at every node for so many guests. */
  makePass(usesMax: number): string {
    const { node, crypto, random, issuer } = this.#options;
    const { site, epoch } = node.trust();
    const pass = { site, serial: random.bytes(8), epoch, usesMax };
    return signGuestPass(crypto, pass, issuer());
  }

  #judgePass(text: string): Result<() => void, GuestFault> {
    const { node, crypto, uses } = this.#options;
    const checked = checkGuestPass(node.trust(), text);
    if (!checked.ok) return refused(faultOf[checked.reason]);
    const key = toBase64url(guestPassId(crypto, checked.value));
    if (uses.countOf(key) >= checked.value.usesMax) return refused('pass-used-up');
    return ok(() => uses.add(key));
  }
}
