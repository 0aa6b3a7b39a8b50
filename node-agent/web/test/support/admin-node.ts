/**
 * A node in memory that speaks the admin's part of docs/protocol/api.md to one session after the
 * other: it judges tickets and bundles by the core, and answers as it is told. The real agent
 * answers in the browser tests; here are its silences, refusals and lies.
 */
import {
  actTag,
  checkTicket,
  decodeAdminAct,
  decodeBundle,
  equalBytes,
  fromBase64url,
  Role,
  signAdminCertificate,
  toBase64url,
  toHex,
  verifyBundle,
} from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { AdminSession } from '../../src/admin/session/admin-session.ts';
import type { OpenSocket, SocketHandlers } from '../../src/platform/browser-socket.ts';
import type { Database } from '../../src/storage/database.ts';
import { MemoryDatabase } from '../../src/storage/memory-database.ts';
import { crypto, keyPair, node, root, site } from './site.ts';

export type Json = Record<string, unknown>;

export const adminKey = keyPair(9);

export function certificateFor(powers = 15, epoch = 100): Uint8Array {
  const fields = { site, adminKey: adminKey.publicKey, powers, epoch, name: 'Ada' };
  return signAdminCertificate(crypto, fields, root);
}

const trust = { crypto, site, siteKey: root.publicKey, epoch: 0 };
const bytesOf = (value: unknown) => fromBase64url(String(value ?? '')) ?? new Uint8Array(0);

export class AdminNode {
  /** Frames of the client, oldest first, since the last session began. */
  heard: Json[] = [];
  /** What came as a bundle, held or not. */
  readonly bundles: NonNullable<ReturnType<typeof readBundle>>[] = [];
  /** What becomes of puts and acts. */
  onWrite: 'hold' | 'silence' | 'refuse' | 'later' = 'hold';
  /** What an act is answered with, once it is held; undefined: nothing. */
  actResult: Json | undefined = { ok: true, sent: true };
  onClaim: (frame: Json) => void = () => undefined;
  seqMax = -1;
  role = 'admin';
  #handlers: SocketHandlers | undefined;

  readonly open: OpenSocket = (handlers) => {
    this.#handlers = handlers;
    this.heard = [];
    const nodeKey = toBase64url(node.publicKey);
    const nonce = toBase64url(new Uint8Array(32));
    this.say({ type: 'challenge', nonce, nodeKey, site: toBase64url(site) });
    return {
      send: (text) => queueMicrotask(() => this.#hear(handlers, JSON.parse(text))),
      close: () => {
        if (this.#handlers === handlers) this.#handlers = undefined;
      },
    };
  };

  say(frame: object): void {
    const handlers = this.#handlers;
    queueMicrotask(() => handlers === this.#handlers && handlers?.onText(JSON.stringify(frame)));
  }

  /** The connection breaks. */
  cut(): void {
    const handlers = this.#handlers;
    this.#handlers = undefined;
    handlers?.onClose(1006);
  }

  types(): unknown[] {
    return this.heard.map(({ type }) => type);
  }

  #hear(handlers: SocketHandlers, frame: Json): void {
    if (handlers !== this.#handlers) return;
    this.heard.push(frame);
    if (frame.type === 'session') this.#welcome(frame);
    else if (frame.type === 'put' || frame.type === 'act') this.#take(frame);
    else if (String(frame.type).startsWith('claim-')) this.onClaim(frame);
  }

  #welcome(frame: Json): void {
    const [ticket] = frame.tickets as string[];
    const checked = checkTicket(trust, bytesOf(ticket), bytesOf(frame.device));
    const role = checked.ok && checked.value.role === Role.admin ? this.role : 'guest';
    this.say({ type: 'welcome', ticket: '', role, seqMax: this.seqMax, unixMs: 0 });
  }

  #take(frame: Json): void {
    const bundle = readBundle(frame);
    if (bundle) this.bundles.push(bundle);
    const { ref } = frame;
    if (this.onWrite === 'silence') return;
    if (!bundle || this.onWrite === 'refuse') {
      this.say({ type: 'refused', ref, reason: 'quota-author', retry: false, message: 'No.' });
    } else if (this.onWrite === 'later') {
      this.onWrite = 'hold';
      this.say({ type: 'refused', ref, reason: 'busy', retry: true, retryAfterMs: 2_000 });
    } else {
      this.say({ type: 'held', ref, id: toBase64url(bundle.id), nodes: 1 });
      const result = this.actResult;
      if (frame.type === 'act' && result) this.say({ type: 'act-result', ref, ...result });
    }
  }
}

/** As a node would judge it; undefined when it would refuse it. */
function readBundle(frame: Json) {
  const decoded = decodeBundle(crypto, bytesOf(frame.signed), bytesOf(frame.signature));
  if (!decoded.ok || !verifyBundle(crypto, decoded.value)) return undefined;
  const { fields, id } = decoded.value;
  const ticket = checkTicket(trust, bytesOf(frame.ticket), fields.author);
  if (!ticket.ok || ticket.value.role !== Role.admin) return undefined;
  const isAct = equalBytes(fields.tag, actTag(crypto, site));
  return {
    ...{ id, fields, frame, ageMs: Number(frame.ageMs) },
    act: isAct ? decodeAdminAct(fields.payload) : undefined,
  };
}

export interface OpenedAdmin {
  readonly session: AdminSession;
  readonly node: AdminNode;
  readonly clock: FakeClock;
  readonly db: Database;
}

/** A session in virtual time; `settled` lets what is under way come to rest. */
export async function openAdmin(
  options: { powers?: number; epoch?: number; db?: Database; viewToken?: string } = {},
): Promise<OpenedAdmin> {
  const { db = new MemoryDatabase() } = options;
  const [clock, adminNode] = [new FakeClock(), new AdminNode()];
  const session = new AdminSession({
    ...{ db, crypto, clock, site, siteKey: root.publicKey, openSocket: adminNode.open },
    random: new SeededRandom(4),
    issuer: { key: adminKey, certificate: certificateFor(options.powers, options.epoch) },
    ...(options.viewToken && { viewToken: options.viewToken }),
  });
  await session.start();
  await settled();
  return { session, node: adminNode, clock, db };
}

export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

export const keyHex = toHex(adminKey.publicKey);
