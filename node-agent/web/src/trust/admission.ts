/**
 * How this person is let in, and as what: the trust lists, tickets that admins granted, and a guest
 * pass, as far as this phone has them; and for staff the people who wait at their node. Every
 * session shows what is here (step 1). Nothing of it is believed that the site did not sign.
 */
import {
  type Clock,
  type Crypto,
  fromHex,
  grantTag,
  orderKeyBytes,
  type Timer,
  toBase64url,
  toHex,
} from '@muster/core';
import type { ViewModel } from '../app/view-model.ts';
import type { Item, NodeMessage, Present } from '../connection/wire.ts';
import { type Proven, provenBy } from '../inbox/standings.ts';
import { connectionTimes } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import type { PassRecord, TicketRecord } from '../storage/records.ts';
import { GrantKeeper } from './grant-keeper.ts';
import { TrustKeeper } from './trust-keeper.ts';

export interface AdmissionParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** 16 and 32 bytes. */
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  readonly model: ViewModel;
  send(message: object): boolean;
  /** Lists, rules or the epoch changed. */
  onTrust(): void;
  /** There is something better to show to the node than in this session. */
  onBetter(): void;
}

type PassAsked = {
  readonly ref: string;
  readonly timer: Timer;
  answer(text: string | undefined): void;
};

export class Admission {
  readonly trust: TrustKeeper;
  readonly #parts: AdmissionParts;
  #grants: GrantKeeper | undefined;
  #grantTag = '';
  #pass: string | undefined;
  readonly #proven = new WeakMap<Present, Proven | undefined>();
  #asked: PassAsked | undefined;
  #refs = 0;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.trust = new TrustKeeper({
      ...parts,
      onTrust: (known) => {
        parts.model.trust.value = known;
      },
    });
  }

  async load(): Promise<void> {
    await this.trust.load();
    const pass = await this.#parts.db.read(['meta'], (tx) => tx.get<PassRecord>('meta', 'pass'));
    this.#pass ??= pass?.text;
  }

  /** The person has this device key (hex). */
  async loadGrants(keyHex: string): Promise<void> {
    const { crypto, db, site } = this.#parts;
    const device = fromHex(keyHex)!;
    this.#grantTag = toHex(grantTag(crypto, site, device));
    this.#grants = new GrantKeeper({ crypto, db, device, trust: this.trust.book });
    await this.#grants.load();
  }

  /** What a session shows: the best first, the node chooses. */
  shown(ofLastSession: TicketRecord | undefined): { tickets: string[]; pass?: string } {
    const wires = [this.#grants?.ticket?.wire, ofLastSession?.wire];
    const tickets = new Set(wires.flatMap((wire) => (wire ? [toBase64url(wire)] : [])));
    return { tickets: [...tickets], ...(this.#pass !== undefined && { pass: this.#pass }) };
  }

  /** A session is open. */
  open(): void {
    const tag = fromHex(this.#grantTag);
    if (!tag || tag.length === 0) return;
    // From the beginning: they are few, and the node may have had them before we came.
    const after = toBase64url(new Uint8Array(orderKeyBytes));
    this.#parts.send({ type: 'follow', tag: toBase64url(tag), after, have: '' });
  }

  /** The session ended. */
  close(): void {
    this.#answer(undefined);
    this.#parts.model.guestsWaiting.value = [];
  }

  async onMessage(message: NodeMessage): Promise<void> {
    const { model } = this.#parts;
    switch (message.type) {
      case 'trust':
        if (await this.trust.take(message.documents)) this.#parts.onTrust();
        return;
      case 'bundles':
        if (toHex(message.tag) === this.#grantTag) await this.#take(message.items);
        return;
      case 'guests-waiting':
        model.guestsWaiting.value = message.people;
        return;
      case 'pass':
        if (message.ref === this.#asked?.ref) this.#answer(message.text);
        return;
      case 'error':
        if (message.code === 'not-allowed') this.#answer(undefined);
    }
  }

  /** What somebody's ticket proves, whatever became of it since; undefined for a guest. */
  provenOf(person: Present): Proven | undefined {
    if (person.ticket.length === 0) return undefined;
    if (!this.#proven.has(person)) {
      this.#proven.set(person, provenBy(this.#parts, person.ticket, person.device));
    }
    return this.#proven.get(person);
  }

  /** A pass that was scanned, pasted or opened: shown from now on, at this node and others. */
  async usePass(text: string): Promise<void> {
    this.#pass = text;
    // Whoever is in already needs it at another node at most.
    if (this.#parts.model.connection.value.kind !== 'connected') this.#parts.onBetter();
    await this.#parts.db.write(['meta'], async (tx) =>
      tx.put('meta', 'pass', { text } satisfies PassRecord),
    );
  }

  /** Staff: somebody who waits is let in, or is not. */
  admit(device: Uint8Array, accept: boolean): void {
    this.#parts.send({ type: 'admit', device: toBase64url(device), accept });
  }

  /** Staff: a guest pass that the node signs, as text; undefined when it does not. */
  makePass(uses: number): Promise<string | undefined> {
    this.#answer(undefined);
    const ref = `pass-${this.#refs++}`;
    return new Promise((resolve) => {
      if (!this.#parts.send({ type: 'pass-make', uses, ref })) return resolve(undefined);
      const timer = this.#parts.clock.after(connectionTimes.openMsMax, () =>
        this.#answer(undefined),
      );
      this.#asked = { ref, timer, answer: resolve };
    });
  }

  #answer(text: string | undefined): void {
    this.#asked?.timer.cancel();
    this.#asked?.answer(text);
    this.#asked = undefined;
  }

  async #take(items: readonly Item[]): Promise<void> {
    if (!this.#grants || !(await this.#grants.take(items))) return;
    const { model, onBetter } = this.#parts;
    const role = this.#grants.ticket?.role;
    if (role === undefined || role === model.self.value?.role) return;
    model.promoted.value = role;
    onBetter();
  }
}
