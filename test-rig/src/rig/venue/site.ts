/** A site of the rig: root key, a data folder for each box, tickets for staff who write a lot. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { Role, toBase64url } from '@muster/core';
import {
  createNode,
  createSite,
  issueTicket,
  type RootedSite,
  writeNode,
  writeSite,
} from '@muster/provisioning';

export interface StaffKey {
  /** 32-byte seed of the device key, base64url. */
  readonly seed: string;
  /** Wire form, base64url. */
  readonly ticket: string;
}

export class VenueSite {
  readonly #crypto = createSodiumCrypto();
  readonly #random = createSystemRandom();
  readonly #site: RootedSite;
  #serial = 0;

  constructor(name = 'venue') {
    this.#site = createSite(this.#crypto, this.#random, name);
  }

  get siteKey(): Uint8Array {
    return this.#site.siteKey;
  }

  /** Makes the data folder of a box that is of this site; its path. */
  makeBox(parent: string, name: string, withRoot = false): string {
    const folder = join(parent, name);
    mkdirSync(folder, { recursive: true });
    // The admin's own box has the root key, to sign the policy with.
    writeSite(folder, this.#site, withRoot ? this.#site.root : undefined);
    writeNode(folder, createNode(this.#crypto, this.#random, { site: this.#site, name }));
    return folder;
  }

  staff(): StaffKey {
    const seed = this.#random.bytes(32);
    const { publicKey } = this.#crypto.keyPairFromSeed(seed);
    this.#serial++;
    const ticket = { subject: publicKey, role: Role.staff, serial: this.#serial };
    const wire = issueTicket(this.#crypto, this.#site, ticket);
    return { seed: toBase64url(seed), ticket: toBase64url(wire) };
  }
}
