/**
 * The part of a node that serves the site's admins and staff: joins guest door, acts, claims,
 * reports and the view of the site, and answers what they say over their sockets. Who may say what
 * is judged here, by the ticket of the session and by nothing else.
 */
import {
  type AdminAct,
  BundleKind,
  bundleId,
  bytesKey,
  decodeAdminAct,
  decodeFields,
  equalBytes,
  fromBase64url,
  type PutAnswer,
  type ReadBundle,
  Role,
} from '@muster/core';
import type { ActRequest, AdminMessage } from '../socket/admin-message.ts';
import type { Admission } from '../socket/opening.ts';
import type { Session } from '../socket/session.ts';
import type { StaffDesk } from '../socket/staff-desk.ts';
import type { ActDesk } from './act-desk.ts';
import { adminStandingOf } from './admin-standing.ts';
import type { CarriedOut } from './carried-out.ts';
import type { ClaimSockets } from './claim-sockets.ts';
import type { GuestDoor } from './guest-door.ts';
import type { SiteViewer } from './site-viewer.ts';
import type { Trail } from './trail.ts';
import type { Watchers } from './watchers.ts';

export interface AdminSideOptions {
  readonly crypto: Parameters<typeof bundleId>[0];
  readonly siteKey: Uint8Array;
  /** Key of this node, 32 bytes. */
  readonly ownKey: Uint8Array;
  readonly acts: ActDesk;
  readonly carriedOut: CarriedOut;
  readonly claims: ClaimSockets;
  readonly door: GuestDoor;
  readonly trail: Trail;
  readonly viewer: SiteViewer;
  readonly watchers: Watchers;
  /** Tag of the site's acts, 16 bytes. */
  readonly actTag: Uint8Array;
  ticket(id: Uint8Array): Uint8Array | undefined;
  decide(device: Uint8Array, isAccepted: boolean): boolean;
  mayWatch(passkeyToken: string): boolean;
  /** A token with which this admin may register a passkey. */
  passkeyToken(admission: Admission): string;
}

export class AdminSide implements StaffDesk {
  readonly #options: AdminSideOptions;

  constructor(options: AdminSideOptions) {
    this.#options = options;
  }

  mayWatch(passkeyToken: string): boolean {
    return this.#options.mayWatch(passkeyToken);
  }

  onOpen(session: Session): void {
    const { siteKey, viewer } = this.#options;
    viewer.onAdmin(adminStandingOf(session.admission?.ticket, siteKey));
  }

  onClosed(session: Session): void {
    this.#options.watchers.remove(session);
    this.#options.claims.onClosed(session);
  }

  /** Of the node: what every reader sees of it is theirs; here the trail and its admins. */
  onBundle(bundle: ReadBundle): void {
    const { trail, viewer, watchers, carriedOut, siteKey, ticket } = this.#options;
    if (!trail.has(bundle)) return;
    carriedOut.onSeen(bundle);
    viewer.onAdmin(adminStandingOf(ticket(bundle.ticketId), siteKey));
    watchers.onAct(bundle);
  }

  onAct(act: AdminAct, bundle: ReadBundle): void {
    this.#options.acts.onAct(act, bundle);
  }

  onMessage(session: Session, message: AdminMessage): void {
    const { watchers } = this.#options;
    if (message.type === 'admin-unwatch') watchers.remove(session);
    else if (message.type === 'admin-watch') {
      if (session.mayWatch) watchers.add(session);
      else refuse(session, message);
    } else if (!mayAsk(session, message)) refuse(session, message);
    else this.#answer(session, message);
  }

  onActAnswer(session: Session, ref: string, answer: PutAnswer): void {
    if (!answer.ok) return;
    void this.#options.acts.resultOf(answer.id).then((result) => {
      session.send({ type: 'act-result', ref, ...result });
    });
  }

  #answer(session: Session, message: AdminMessage): void {
    const { claims } = this.#options;
    switch (message.type) {
      case 'admit':
        this.#admit(session, message);
        break;
      case 'pass-make': {
        const { ref, uses } = message;
        session.send({ type: 'pass', ref, text: this.#options.door.makePass(uses) });
        break;
      }
      case 'act':
        this.#act(session, message);
        break;
      case 'claim-open':
        claims.open(session, message.id);
        break;
      case 'claim-close':
        claims.close(session, message.id);
        break;
      case 'claim-reply':
        claims.reply(session, message);
        break;
      case 'claim-reach':
        void claims.reach(session, message);
        break;
      case 'passkey-token':
        session.send({
          type: 'passkey-token',
          ref: message.ref,
          token: this.#options.passkeyToken(session.admission!),
        });
        break;
    }
  }

  #admit(
    session: Session,
    { device, isAccepted }: { readonly device: Uint8Array; readonly isAccepted: boolean },
  ): void {
    if (this.#options.decide(device, isAccepted)) return;
    session.refuse('not-waiting', 'nobody with this device key waits here any more');
  }

  #act(session: Session, request: ActRequest): void {
    const { acts, crypto } = this.#options;
    const wrong = this.#actFault(session, request.signed);
    if (wrong !== undefined) {
      session.refuse('act-wrong', wrong, request.ref);
      return;
    }
    acts.expect(bundleId(crypto, request.signed));
    session.putAct(request);
  }

  /** The rest is judged as with any bundle; here, that it is an act, handed in where it says. */
  #actFault(session: Session, signed: Uint8Array): string | undefined {
    const { actTag, ownKey } = this.#options;
    const fields = decodeFields(signed);
    if (!fields.ok) return 'this is no bundle';
    const { kind, tag, author, payload } = fields.value;
    const isAct = kind === BundleKind.adminAct && equalBytes(tag, actTag);
    const act = isAct ? decodeAdminAct(payload) : undefined;
    if (!act) return 'this is no act of an admin';
    if (!equalBytes(author, session.device)) return 'another key wrote it';
    const via = viaOf(act.params);
    const isHere = via === undefined || (via && equalBytes(via, ownKey));
    return isHere ? undefined : 'it says that it was handed in at another node';
  }
}

/** Tags of what only staff and admins may follow and page, as keys. */
export function staffTagsOf(...tags: readonly Uint8Array[]): ReadonlySet<string> {
  return new Set(tags.map(bytesKey));
}

const forStaff: ReadonlySet<AdminMessage['type']> = new Set(['admit', 'pass-make']);

function mayAsk(session: Session, { type }: AdminMessage): boolean {
  const role = session.admission?.role;
  return role === Role.admin || (role === Role.staff && forStaff.has(type));
}

function refuse(session: Session, message: AdminMessage): void {
  const who = forStaff.has(message.type) ? 'staff and admins' : 'admins';
  const ref = 'ref' in message ? message.ref : undefined;
  session.refuse('not-allowed', `only ${who} of the site may do that`, ref);
}

/** Undefined where the act does not say it; false for what is no key. */
function viaOf(params: string): Uint8Array | false | undefined {
  try {
    const { via } = JSON.parse(params) as { readonly via?: unknown };
    if (via === undefined) return undefined;
    return (typeof via === 'string' && fromBase64url(via)) || false;
  } catch {
    return false;
  }
}
