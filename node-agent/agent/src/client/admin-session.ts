/**
 * An admin at a node, from the command line: a session opened with the admin key itself, acts that
 * the key signs, and the desk where boxes are claimed (docs/protocol/api.md). What the node tells
 * is verified up to the site's root key where it is signed, and believed as the node's word else.
 */
import {
  actTag,
  BundleKind,
  type Clock,
  type Crypto,
  encodeAdminAct,
  epochMax,
  type Issuer,
  MusterError,
  Role,
  signTicket,
  siteIdOf,
  TrustBook,
  toBase64url,
  toHex,
} from '@muster/core';
import type { ActResult, SiteFrame, SiteView } from '../admin/site-view.ts';
import type { Device } from './device.ts';
import {
  bytesOf,
  type Frame,
  itemsOf,
  NodeSession,
  type PutOutcome,
  type ShownBundle,
} from './node-session.ts';
import { type Draft, sendBundle } from './send-message.ts';

export interface AdminSessionOptions {
  readonly url: string;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly issuer: Issuer;
  readonly name: string;
  readonly siteKey: Uint8Array;
  /** Runs with the chain of the admin key, locked against other commands. */
  withChain<T>(run: (device: Device) => Promise<T>): Promise<T>;
}

export interface ActDraft {
  readonly command: string;
  /** The node that carries it out; none where documents say it all. */
  readonly node?: Uint8Array;
  readonly params: Readonly<Record<string, unknown>>;
  readonly documents?: readonly Uint8Array[];
}

export interface ClaimMessage {
  /** Names the sitting: 8 bytes in hex. */
  readonly session: string;
  readonly message: Uint8Array;
}

/** How long refusals that may pass are waited out. */
const waitMsMax = 30_000;
/** A command takes up to a minute at the node; then nothing more is to be expected. */
const resultMsMax = 70_000;
const siteMsMax = 10_000;

export class AdminSession {
  readonly #options: AdminSessionOptions;
  readonly #site: Uint8Array;
  readonly #trust: TrustBook;
  readonly #listeners = new Set<(frame: Frame) => void>();
  #session: NodeSession | undefined;

  private constructor(options: AdminSessionOptions) {
    this.#options = options;
    this.#site = siteIdOf(options.crypto, options.siteKey);
    this.#trust = new TrustBook(options.crypto, options.siteKey);
  }

  static async open(options: AdminSessionOptions): Promise<AdminSession> {
    const admin = new AdminSession(options);
    await admin.#open();
    return admin;
  }

  /** What is in force here, verified. */
  get trust(): TrustBook {
    return this.#trust;
  }

  get site(): Uint8Array {
    return this.#site;
  }

  get nodeKey(): Uint8Array {
    return this.#opened.nodeKey;
  }

  /** The site's policy on other sites in wire form, not verified; empty when there is none. */
  async policy(): Promise<Uint8Array> {
    return (await this.#opened.listing).policy;
  }

  /** Rejects when the node ends the session. */
  async untilLost(): Promise<never> {
    const why = await this.#opened.closed;
    const mend = 'Open codes stay good. When it runs again: muster node serve-invites';
    throw new MusterError('node-gone', `The node closed the session: ${why}`, mend);
  }

  close(): void {
    this.#session?.close();
  }

  put(draft: Draft, as: 'put' | 'act' = 'put'): Promise<PutOutcome> {
    const { crypto, clock, withChain } = this.#options;
    const session = this.#opened;
    return withChain((device) =>
      sendBundle({ crypto, clock, device, session, site: this.#site, waitMsMax, as }, draft),
    );
  }

  /** One at a time. Throws a MusterError when the node does not take it. */
  async act({ command, node, params, documents = [] }: ActDraft): Promise<ActResult> {
    const whole = { ...params, via: toBase64url(this.nodeKey) };
    const payload = encodeAdminAct({
      command,
      node: node ?? new Uint8Array(0),
      params: JSON.stringify(whole),
      documents,
    });
    const tag = actTag(this.#options.crypto, this.#site);
    const result = this.#next(resultMsMax, (frame) =>
      frame.type === 'act-result' ? (frame as unknown as ActResult) : undefined,
    );
    // When it is not taken, nobody waits for its result.
    result.catch(() => {});
    const outcome = await this.put({ kind: BundleKind.adminAct, tag, payload }, 'act');
    if (outcome.state !== 'held') throw notTaken(command, outcome);
    return result;
  }

  /** The site as this node knows it now, and the newest acts, newest first. */
  async look(): Promise<{ readonly view: SiteView; readonly acts: readonly ShownBundle[] }> {
    const acts: ShownBundle[] = [];
    const whole = this.#next(siteMsMax, (frame) => {
      if (frame.type !== 'acts' || frame.live === true) return undefined;
      acts.push(...itemsOf(frame));
      return frame.end === true ? acts : undefined;
    });
    const view = this.#next(siteMsMax, (frame) =>
      frame.type === 'site' ? (frame as unknown as SiteFrame) : undefined,
    );
    this.#opened.send({ type: 'admin-watch' });
    const [seen] = await Promise.all([view, whole]);
    this.#opened.send({ type: 'admin-unwatch' });
    return { view: seen, acts };
  }

  /** Waits at the node's desk for whoever comes with this code; ends with the returned function. */
  openClaim(claimId: Uint8Array, onMessage: (message: ClaimMessage) => void): () => void {
    const id = toHex(claimId);
    const listener = (frame: Frame): void => {
      if (frame.type !== 'claim-message' || frame.id !== id) return;
      onMessage({ session: String(frame.session), message: bytesOf(frame.message) });
    };
    this.#listeners.add(listener);
    this.#opened.send({ type: 'claim-open', id });
    return () => {
      this.#listeners.delete(listener);
      this.#opened.send({ type: 'claim-close', id });
    };
  }

  replyClaim(claimId: Uint8Array, { session, message }: ClaimMessage): void {
    const id = toHex(claimId);
    this.#opened.send({ type: 'claim-reply', id, session, message: toBase64url(message) });
  }

  /** Through the node, for a box that only the node can reach; undefined: ask again. */
  async reach(
    address: string,
    claimId: Uint8Array,
    { session, message }: ClaimMessage,
  ): Promise<Uint8Array | undefined> {
    const id = toHex(claimId);
    const text = toBase64url(message);
    const frame = await this.#opened.ask({
      type: 'claim-reach',
      ...{ address, id, session },
      message: text,
    });
    const { error } = frame as { readonly error?: { code: string; message: string; mend: string } };
    if (error) throw new MusterError(error.code, error.message, error.mend);
    return typeof frame.message === 'string' ? bytesOf(frame.message) : undefined;
  }

  get #opened(): NodeSession {
    if (!this.#session) throw new Error('the session is not open');
    return this.#session;
  }

  async #open(): Promise<void> {
    const { url, crypto, issuer, name } = this.#options;
    const { key } = issuer;
    const ticket = signTicket(
      crypto,
      {
        site: this.#site,
        subject: key.publicKey,
        role: Role.admin,
        serial: 0,
        epoch: epochMax,
      },
      issuer,
    );
    const session = await NodeSession.open({
      ...{ url, crypto, key, name, tickets: [ticket] },
      onFrame: (frame) => this.#onFrame(frame),
    });
    this.#session = session;
    const { role } = await session.welcome;
    if (role !== 'admin') {
      session.close();
      throw new MusterError(
        'admin-not-accepted',
        `The node takes this key as ${role}, not as an admin`,
        'It is of another site, revoked, or ended with an epoch: see muster admin list.',
      );
    }
    // What is in force comes after the welcome; whoever is answered has heard it.
    await session.page(actTag(crypto, this.#site), 1);
  }

  #onFrame(frame: Frame): void {
    if (frame.type === 'trust' && Array.isArray(frame.documents)) {
      for (const document of frame.documents) this.#trust.adopt(bytesOf(document));
    }
    for (const listener of [...this.#listeners]) listener(frame);
  }

  /** The first that a frame gives, or an error when none does in time. */
  #next<T>(msMax: number, read: (frame: Frame) => T | undefined): Promise<T> {
    const { clock, url } = this.#options;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        timer.cancel();
        this.#listeners.delete(listener);
      };
      const fail = (why: string): void => {
        end();
        const mend = 'Look whether it happened (muster node list), then try again.';
        reject(new MusterError('no-answer', `The node at ${url} ${why}`, mend));
      };
      const listener = (frame: Frame): void => {
        const found = read(frame);
        if (found === undefined) return;
        end();
        resolve(found);
      };
      const timer = clock.after(msMax, () => fail('did not answer in time'));
      this.#listeners.add(listener);
      void this.#opened.closed.then((why) => fail(`closed the session: ${why}`));
    });
  }
}

function notTaken(command: string, outcome: PutOutcome & { state: 'refused' }): MusterError {
  const mend = outcome.retry
    ? 'It is kept, and goes with the next command of this admin.'
    : 'Check with muster admin list what this admin may do.';
  return new MusterError('act-refused', `The node refused ${command}: ${outcome.message}`, mend);
}
