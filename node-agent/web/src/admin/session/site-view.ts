/**
 * What a node tells an admin of its site, read strictly out of JSON (docs/protocol/api.md): shown,
 * never believed. Whoever is an admin or revoked is proven by what the site signed, not by this.
 */
import { type NodeReport, readNodeReport, toHex, utf8 } from '@muster/core';
import {
  objects as allObjects,
  bytes,
  type Json,
  text,
  whole,
} from '../../connection/json-members.ts';
import { adminLimits } from '../limits.ts';

/** One node of the site. Keys are in hex. */
export interface NodeView {
  readonly key: string;
  /** The name in its certificate; the report's is what the node calls itself. */
  readonly name: string;
  /** Undefined for a node that is only known as a neighbour, or as revoked. */
  readonly report: NodeReport | undefined;
  /** How old the report is, milliseconds; -1 without one. */
  readonly ageMs: number;
  readonly revoked: boolean;
  /** The same key is in use on two machines. */
  readonly clone: boolean;
}

/** A box in reach of our node that waits to be claimed. */
export interface WaitingBox {
  readonly name: string;
  readonly shortCode: string;
  /** host:port */
  readonly address: string;
}

export interface RevokedView {
  readonly key: string;
  /** RevocationReason of the core. */
  readonly reason: number;
  readonly label: string;
  /** Key of the list's issuer. */
  readonly by: string;
}

export interface AdminSeen {
  readonly key: string;
  readonly name: string;
  /** Bits of Power. */
  readonly powers: number;
  /** The last epoch of the certificate. */
  readonly epoch: number;
  readonly revoked: boolean;
}

export interface SiteView {
  readonly siteName: string;
  /** Key of the node of this session. */
  readonly self: string;
  readonly epoch: number;
  /** The node of this session first, then by name. */
  readonly nodes: readonly NodeView[];
  readonly unclaimed: readonly WaitingBox[];
  readonly revoked: readonly RevokedView[];
  readonly admins: readonly AdminSeen[];
}

/** Of a list as long as a site's may be. */
export function objects(value: unknown): Json[] {
  return allObjects(value, adminLimits.siteItemsMax);
}

/** A key in hex; empty for anything that is none. */
function key(value: unknown): string {
  const read = bytes(value);
  return read.length === 32 ? toHex(read) : '';
}

const hasKey = (one: { readonly key: string }): boolean => one.key !== '';

/** From the members of a `site` frame. */
export function siteViewOf(json: Json): SiteView {
  return {
    siteName: text(json.siteName),
    self: key(json.self),
    epoch: whole(json.epoch),
    nodes: objects(json.nodes).map(nodeOf).filter(hasKey),
    unclaimed: objects(json.unclaimed).map((one) => ({
      name: text(one.name),
      shortCode: text(one.shortCode),
      address: text(one.address),
    })),
    revoked: objects(json.revoked)
      .map((one) => ({
        key: key(one.key),
        reason: whole(one.reason),
        label: text(one.label),
        by: key(one.by),
      }))
      .filter(hasKey),
    admins: objects(json.admins)
      .map((one) => ({
        key: key(one.key),
        name: text(one.name),
        powers: whole(one.powers),
        epoch: whole(one.epoch),
        revoked: one.revoked === true,
      }))
      .filter(hasKey),
  };
}

function nodeOf(json: Json): NodeView {
  return {
    key: key(json.key),
    name: text(json.name),
    report: json.report === undefined ? undefined : readNodeReport(utf8(reportText(json))),
    ageMs: whole(json.ageMs, -1, -1),
    revoked: json.revoked === true,
    clone: json.clone === true,
  };
}

/** The core reads reports out of bytes, with its own bounds. */
function reportText(json: Json): string {
  return JSON.stringify(json.report) ?? '';
}
