/**
 * The claims that are under way while the admin area is open: invites that the node awaits for this
 * phone, and boxes whose label was scanned. The invites' secrets are in memory alone, so a code is
 * worthless once the page is closed; each is good for one box, and several may wait at once.
 */
import {
  type ClaimCode,
  claimFingerprint,
  claimIdOf,
  encodeClaimCode,
  shortCodeOf,
  toHex,
} from '@muster/core';
import { type Signal, signal } from '@preact/signals';
import { adminLimits } from '../limits.ts';
import type { AdminSession } from '../session/admin-session.ts';
import { Attempts } from './attempts.ts';
import { addressesOf, claimByLabel } from './label-claim.ts';
import { NodeClaim, type Replaced } from './node-claim.ts';

export interface OpenClaim {
  /** Claim id, 16 hex digits. */
  readonly id: string;
  readonly kind: 'invite' | 'label';
  /** As in the QR code. */
  readonly text: string;
  readonly shortCode: string;
  readonly claim: NodeClaim;
  stop(): void;
}

export class OpenClaims {
  readonly all: Signal<readonly OpenClaim[]> = signal<readonly OpenClaim[]>([]);
  readonly #session: AdminSession;
  readonly #siteName: () => string;

  constructor(session: AdminSession, siteName: () => string) {
    this.#session = session;
    this.#siteName = siteName;
  }

  get isFull(): boolean {
    return this.all.value.length >= adminLimits.claimsOpenMax;
  }

  /** A new code to show to a box. `addresses`: where boxes find our node, host:port. */
  invite(addresses: readonly string[], replaces?: Replaced): OpenClaim {
    const { crypto, random, site, issuer } = this.#session.parts;
    const fingerprint = claimFingerprint(crypto, issuer.key.publicKey);
    const secret = random.bytes(16);
    const code: ClaimCode = {
      ...({ kind: 'invite', secret, fingerprint, site } as const),
      ...{ expiresUnixS: 0, addresses },
    };
    const siteName = this.#siteName();
    return this.#add({ code, replaces }, (id, claim) => {
      const attempts = new Attempts(this.#session, { id, code, claim, siteName });
      return this.#session.claims.await(id, (...asked) => attempts.answer(...asked));
    });
  }

  /** The box whose label this is; `address` (host:port) where the person knows better. */
  label(code: ClaimCode, where: { address?: string; replaces?: Replaced | undefined }): OpenClaim {
    const { address, replaces } = where;
    return this.#add({ code, replaces }, (_id, claim) => {
      let isStopped = false;
      const addresses = address ? [address] : addressesOf(this.#session, code);
      const options = { code, siteName: this.#siteName(), addresses };
      void claimByLabel(this.#session, claim, { ...options, isStopped: () => isStopped });
      return () => {
        isStopped = true;
      };
    });
  }

  stop(id: string): void {
    const open = this.all.value.find((one) => one.id === id);
    this.all.value = this.all.value.filter((one) => one !== open);
    open?.stop();
  }

  stopAll(): void {
    for (const { id } of this.all.value) this.stop(id);
  }

  #add(
    { code, replaces }: { readonly code: ClaimCode; readonly replaces: Replaced | undefined },
    begin: (id: string, claim: NodeClaim) => () => void,
  ): OpenClaim {
    const { crypto } = this.#session.parts;
    const id = toHex(claimIdOf(crypto, code.secret));
    // Scanned once more: from the beginning.
    this.stop(id);
    const claim = new NodeClaim(this.#session, { siteName: this.#siteName(), replaces });
    const open: OpenClaim = {
      id,
      kind: code.kind === 'label' ? 'label' : 'invite',
      text: encodeClaimCode(crypto, code),
      shortCode: shortCodeOf(crypto, code.secret),
      claim,
      stop: begin(id, claim),
    };
    this.all.value = [...this.all.value, open];
    return open;
  }
}
