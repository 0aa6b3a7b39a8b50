/**
 * What an admin's page is told of the site over the socket: the frames of docs/protocol/api.md that
 * only admins (and staff, where said) get. Types only: the web app has them again, as it imports
 * core alone. Keys and other bytes are base64url; times are milliseconds.
 */
import type { NodeReport } from '@muster/core';

/** `{"type":"site"}`: now and on change, at most once a second, after `admin-watch`. */
export interface SiteFrame extends SiteView {
  readonly type: 'site';
}

export interface SiteView {
  /** 16 bytes. */
  readonly site: string;
  readonly siteName: string;
  /** Key of the node that says this, 32 bytes. */
  readonly self: string;
  readonly epoch: number;
  /** This node first, then by name. */
  readonly nodes: readonly SiteNode[];
  readonly unclaimed: readonly WaitingBox[];
  readonly revoked: readonly RevokedKey[];
  /** Every admin whose certificate was seen here in an act or a list. */
  readonly admins: readonly SeenAdmin[];
}

export interface SiteNode {
  readonly key: string;
  /** The name in its certificate; the report's name is what the node calls itself. */
  readonly name: string;
  /** Left out for a node that is only known as a neighbour or revoked. */
  readonly report?: NodeReport;
  /** Since it wrote the report; -1 without one. */
  readonly ageMs: number;
  readonly revoked?: true;
  /** Its key is in use on two machines. */
  readonly clone?: true;
}

/** A box that waits to be claimed, as seen by mDNS. */
export interface WaitingBox {
  readonly name: string;
  readonly shortCode: string;
  /** `host:port`, to be given to `claim-reach`. */
  readonly address: string;
}

export interface RevokedKey {
  readonly key: string;
  /** RevocationReason: 0 unspecified, 1 lost, 2 replaced, 3 abuse. */
  readonly reason: number;
  readonly label: string;
  /** Key of the issuer of the list that says so. */
  readonly by: string;
}

export interface SeenAdmin {
  readonly key: string;
  readonly name: string;
  /** Bits of Power. */
  readonly powers: number;
  /** The last epoch of the certificate. */
  readonly epoch: number;
  readonly revoked?: true;
}

/** What became of an act that named this node, or that it went on its way to another. */
export type ActResult =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: true; readonly sent: true }
  | { readonly ok: false; readonly error: ActError };

export interface ActError {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

/** `{"type":"guests-waiting"}`, to staff and admins. */
export interface GuestsWaitingFrame {
  readonly type: 'guests-waiting';
  /** In the order in which they came. */
  readonly people: readonly { readonly device: string; readonly name: string }[];
}
