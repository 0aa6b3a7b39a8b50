/**
 * An admin's own way to the node: a second socket opened with the admin key (step 1). Acts and
 * bundles go out, signed and in the one chain; what the node tells of the site comes in as signals.
 * The key is in memory while this lives, and leaves it never.
 */
import {
  type AdminCertificate,
  actTag,
  BundleKind,
  type Clock,
  type Crypto,
  checkSitePolicy,
  encodeAdminAct,
  grantTag,
  type Issuer,
  type Random,
  type SitePolicy,
  toBase64url,
} from '@muster/core';
import { type Signal, signal } from '@preact/signals';
import {
  Connection,
  type ConnectionState,
  type OfflineReason,
} from '../../connection/connection.ts';
import type { Challenge, NodeMessage, Waiting, Welcome } from '../../connection/wire.ts';
import { sessionProof } from '../../identity/keys.ts';
import type { OpenSocket } from '../../platform/browser-socket.ts';
import type { Database } from '../../storage/database.ts';
import { type KnownTrust, TrustKeeper } from '../../trust/trust-keeper.ts';
import { saveCertificate } from '../keys/key-store.ts';
import { adminTimes } from '../limits.ts';
import { type ActEntry, mergeActs, readAct } from './act-trail.ts';
import { AdminAuthor, type AdminDraft } from './admin-author.ts';
import { type AdminMessage, readAdminMessage } from './admin-wire.ts';
import { Asked } from './asked.ts';
import { ClaimWire } from './claim-wire.ts';
import { renewedCertificate } from './own-grants.ts';
import type { SiteView } from './site-view.ts';
import { type ActResult, actFault, Writes } from './writes.ts';

export type AdminState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly nodeKey: Uint8Array }
  /** The node does not take this key for an admin's: it was revoked, or its certificate ended. */
  | { readonly kind: 'not-admin' }
  | { readonly kind: 'offline'; readonly reason: OfflineReason; readonly retryAtMs: number };

export interface ActDraft {
  readonly command: string;
  /** The node that carries it out, 32 bytes; none for what holds for the whole site. */
  readonly node?: Uint8Array;
  readonly params?: object;
  /** Trust lists, rules, policies in wire form. */
  readonly documents?: readonly Uint8Array[];
}

export interface AdminConnectionParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly random: Random;
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  /** 16 and 32 bytes. */
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  /** The admin; with a view token a key made for this session, without a certificate. */
  readonly issuer: Issuer;
  /** Whoever signed in by passkey sees the site for a while, and can change nothing. */
  readonly viewToken?: string;
}

/** Said of the watching as a whole, not of something that was asked for under a reference. */
function isNotAllowed({ ref, fault }: Extract<AdminMessage, { type: 'error' }>): boolean {
  return ref === '' && fault.code === 'not-allowed';
}

/** Below every order key: everything that the node holds. */
const orderKeyFirst = new Uint8Array(25);

export class AdminConnection {
  readonly state: Signal<AdminState> = signal<AdminState>({ kind: 'closed' });
  readonly site: Signal<SiteView | undefined> = signal<SiteView | undefined>(undefined);
  /** Newest first, at most `adminLimits.actsMax`. */
  readonly acts: Signal<readonly ActEntry[]> = signal<readonly ActEntry[]>([]);
  /** Lists and rules in force as this phone verified them; a new value on every change. */
  readonly trust: Signal<KnownTrust>;
  /** Newest verified site policy; undefined when there is none. */
  readonly policy: Signal<SitePolicy | undefined> = signal<SitePolicy | undefined>(undefined);
  readonly guestsWaiting: Signal<readonly Waiting[]> = signal<readonly Waiting[]>([]);
  readonly claims: ClaimWire;
  readonly parts: AdminConnectionParts;
  /** Undefined for whoever only looks. */
  readonly #author: AdminAuthor | undefined;
  readonly #connection: Connection;
  readonly #writes: Writes | undefined;
  readonly #tokens: Asked<string>;
  readonly #keeper: TrustKeeper;
  #policyWire: Uint8Array | undefined;

  constructor(parts: AdminConnectionParts) {
    this.parts = parts;
    const { clock } = parts;
    const send = (message: object) => this.#connection.send(message);
    const author = parts.viewToken === undefined ? new AdminAuthor(parts) : undefined;
    this.#author = author;
    this.#writes = author && new Writes({ author, clock, send });
    this.#tokens = new Asked(clock, 'k');
    this.claims = new ClaimWire({ clock, send });
    this.#keeper = new TrustKeeper({
      ...parts,
      onTrust: (known) => {
        this.trust.value = known;
      },
    });
    this.trust = signal<KnownTrust>({ book: this.#keeper.book });
    this.#connection = new Connection({
      ...parts,
      openSocket: (handlers) =>
        parts.openSocket({
          ...handlers,
          onText: (text) => {
            handlers.onText(text);
            const message = readAdminMessage(text);
            if (message) this.#onAdminMessage(message);
          },
        }),
      answer: (challenge) => this.#answer(challenge),
      onState: (state) => this.#onState(state),
      onWelcome: (welcome, nodeKey) => {
        // Without a disk that keeps the chain nothing may be signed.
        this.#open(welcome, nodeKey).catch(() => this.stop());
      },
      onMessage: (message) => this.#onMessage(message),
    });
  }

  /** The admin's key with its certificate; to sign what no helper signs. */
  get issuer(): Issuer {
    return this.parts.issuer;
  }

  /** Name, powers and last epoch of this admin. */
  get certificate(): AdminCertificate {
    const { site, issuer } = this.parts;
    const looking = { site, adminKey: issuer.key.publicKey, powers: 0, epoch: 0, name: '' };
    return this.#author?.certificate ?? looking;
  }

  /** The newest verified site policy in wire form. */
  get policyWire(): Uint8Array | undefined {
    return this.#policyWire;
  }

  /** Nothing can be changed in this session. */
  get isViewOnly(): boolean {
    return this.#author === undefined;
  }

  /** True when the certificate gives this bit of Power. */
  may(power: number): boolean {
    return (this.certificate.powers & power) !== 0;
  }

  async start(): Promise<void> {
    await this.#keeper.load();
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
    this.#writes?.close();
    this.#tokens.giveUp();
    this.claims.close();
  }

  /** The page came back to view, or the person asks to try now. */
  prove(): void {
    this.#connection.prove();
  }

  /** Writes an act and waits until it is held, and carried out where that is this node. */
  async act({ command, node, params, documents }: ActDraft): Promise<ActResult> {
    if (!this.#writes) return actFault('view-only');
    const nodeKey = await this.#whenOpen();
    if (!nodeKey) return actFault('offline');
    const { crypto, site } = this.parts;
    const payload = encodeAdminAct({
      command,
      node: node ?? new Uint8Array(0),
      params: JSON.stringify({ ...params, via: toBase64url(nodeKey) }),
      documents: documents ?? [],
    });
    const draft = { kind: BundleKind.adminAct, tag: actTag(crypto, site), payload };
    return this.#writes.write('act', draft);
  }

  /** Writes any bundle under the admin key and waits until it is held. */
  async put(draft: AdminDraft): Promise<ActResult> {
    if (!this.#writes) return actFault('view-only');
    if (!(await this.#whenOpen())) return actFault('offline');
    return this.#writes.write('put', draft);
  }

  /** Takes a document that this admin signed into its own book, before any node tells of it. */
  async adopt(document: Uint8Array): Promise<void> {
    await this.#take([document]);
    this.#judgePolicy(document);
  }

  /** What the disk does not keep is told again by the next node. */
  async #take(documents: readonly Uint8Array[]): Promise<void> {
    await this.#keeper.take(documents).catch(() => undefined);
  }

  /** A token by which this browser may register a passkey at the node; undefined without answer. */
  passkeyToken(): Promise<string | undefined> {
    return this.#tokens.ask(
      (ref) => ({ type: 'passkey-token', ref }),
      (message) => this.#connection.send(message),
      adminTimes.openMsMax,
    );
  }

  /** Lets a waiting guest in, or not. */
  admit(device: Uint8Array, accept: boolean): void {
    this.#connection.send({ type: 'admit', device: toBase64url(device), accept });
  }

  #answer(challenge: Challenge): object {
    const { crypto, issuer, viewToken } = this.parts;
    return {
      type: 'session',
      device: toBase64url(issuer.key.publicKey),
      signature: toBase64url(sessionProof(crypto, issuer.key, challenge)),
      name: this.certificate.name,
      tickets: this.#author ? [toBase64url(this.#author.ticket)] : [],
      passkey: viewToken,
    };
  }

  #onState(state: ConnectionState): void {
    if (state.kind === 'stopped') this.state.value = { kind: 'closed' };
    else if (state.kind === 'offline') this.state.value = state;
    // Open it is once the chain is settled, and who was told of no admin stays told.
    else if (state.kind !== 'connected') this.state.value = { kind: 'opening' };
  }

  async #open({ role, seqMax }: Welcome, nodeKey: Uint8Array): Promise<void> {
    if (this.#author && role !== 'admin') return this.#turnAway();
    await this.#author?.settle(seqMax);
    const send = (message: object) => this.#connection.send(message);
    if (!send({ type: 'admin-watch' })) return;
    const { crypto, site, issuer } = this.parts;
    const tag = toBase64url(grantTag(crypto, site, issuer.key.publicKey));
    send({ type: 'follow', tag, after: toBase64url(orderKeyFirst) });
    this.state.value = { kind: 'open', nodeKey };
    this.claims.open();
    this.#writes?.open();
  }

  #turnAway(): void {
    this.#connection.stop();
    this.state.value = { kind: 'not-admin' };
  }

  #onMessage(message: NodeMessage): void {
    if (message.type === 'held' && message.ref !== '') this.#writes?.onHeld(message.ref);
    else if (message.type === 'trust') void this.#take(message.documents);
    else if (message.type === 'channels') this.#judgePolicy(message.policy);
    else if (message.type === 'guests-waiting') this.guestsWaiting.value = message.people;
    else if (message.type === 'bundles') void this.#takeGrants(message.items);
  }

  #onAdminMessage(message: AdminMessage): void {
    if (message.type === 'site') this.site.value = message.view;
    else if (message.type === 'acts') this.#takeActs(message);
    else if (message.type === 'passkey-token') this.#tokens.answer(message.ref, message.token);
    else if (message.type === 'error' && this.isViewOnly && isNotAllowed(message)) {
      // The sign-in has run out.
      this.#turnAway();
    } else {
      this.#writes?.onMessage(message);
      this.claims.onMessage(message);
    }
  }

  #takeActs({ items }: Extract<AdminMessage, { type: 'acts' }>): void {
    const read = items.map((item) => readAct(this.parts.crypto, this.#keeper.book, item));
    const acts = read.filter((one) => one !== undefined);
    this.acts.value = mergeActs(this.acts.value, acts);
  }

  #judgePolicy(wire: Uint8Array): void {
    const checked = checkSitePolicy(this.#keeper.book, wire);
    if (!checked.ok) return;
    const known = this.policy.value?.revision ?? -1;
    if (checked.value.revision <= known) return;
    this.#policyWire = wire;
    this.policy.value = checked.value;
  }

  /** The root renewed this admin's certificate: kept, and used from the next unlocking on. */
  async #takeGrants(items: Parameters<typeof renewedCertificate>[1]): Promise<void> {
    const { crypto, db } = this.parts;
    const trust = this.#keeper.book;
    const renewed = renewedCertificate({ crypto, trust, known: this.certificate }, items);
    if (renewed) await saveCertificate(db, renewed).catch(() => undefined);
  }

  /** The key of the node once the session is open; undefined when it does not open in time. */
  #whenOpen(): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      let leave: (() => void) | undefined;
      let isSettled = false;
      const settle = (nodeKey: Uint8Array | undefined) => {
        isSettled = true;
        timer.cancel();
        leave?.();
        resolve(nodeKey);
      };
      const timer = this.parts.clock.after(adminTimes.openMsMax, () => settle(undefined));
      // Told of the present state at once.
      leave = this.state.subscribe((state) => {
        if (state.kind === 'open') settle(state.nodeKey);
        if (state.kind === 'closed' || state.kind === 'not-admin') settle(undefined);
      });
      if (isSettled) leave();
    });
  }
}
