/**
 * Puts together what an admin's page is told of the site: reports, revocations, admins, boxes that
 * wait. Reads what others know; of its own it keeps only the admins whose certificates went by.
 */
import { bytesKey, type CloneStatus, equalBytes, type TrustBook, toBase64url } from '@muster/core';
import type { AdminStanding } from './admin-standing.ts';
import { adminLimits } from './limits.ts';
import type { HeardNode } from './site-board.ts';
import type { RevokedKey, SeenAdmin, SiteFrame, SiteNode, WaitingBox } from './site-view.ts';

export interface SiteViewerOptions {
  readonly siteName: string;
  /** Key of this node, 32 bytes. */
  readonly ownKey: Uint8Array;
  trust(): TrustBook;
  clones(): readonly CloneStatus[];
  heard(): readonly HeardNode[];
  unclaimed(): readonly WaitingBox[];
}

export class SiteViewer {
  readonly #options: SiteViewerOptions;
  /** By key; at most adminsMax, then no further ones. */
  readonly #admins = new Map<string, AdminStanding>();

  constructor(options: SiteViewerOptions) {
    this.#options = options;
  }

  /** An admin's certificate went by, in an act or a session; the one that lasts longer counts. */
  onAdmin(standing: AdminStanding | undefined): void {
    if (!standing) return;
    const key = bytesKey(standing.key);
    const known = this.#admins.get(key);
    if (!known && this.#admins.size >= adminLimits.adminsMax) return;
    if (!known || standing.epoch >= known.epoch) this.#admins.set(key, standing);
  }

  view(): SiteFrame {
    const { siteName, ownKey, unclaimed } = this.#options;
    const trust = this.#options.trust();
    return {
      type: 'site',
      site: toBase64url(trust.site),
      siteName,
      self: toBase64url(ownKey),
      epoch: trust.epoch,
      nodes: this.#nodes(trust),
      unclaimed: unclaimed(),
      revoked: revokedIn(trust),
      admins: [...this.#admins.values()].map((admin) => seenForm(admin, trust)),
    };
  }

  #nodes(trust: TrustBook): SiteNode[] {
    const { heard, clones, ownKey } = this.#options;
    const cloned = new Set(clones().map(({ nodeKey }) => bytesKey(nodeKey)));
    const nodes = heard().map((node) => ({ node, isOwn: equalBytes(node.key, ownKey) }));
    nodes.sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || byName(a.node, b.node));
    return nodes.map(({ node: { key, name, report, ageMs } }) => ({
      key: toBase64url(key),
      name,
      report,
      ageMs,
      ...(trust.revoked.has(key) ? { revoked: true as const } : {}),
      ...(cloned.has(bytesKey(key)) ? { clone: true as const } : {}),
    }));
  }
}

function byName(a: HeardNode, b: HeardNode): number {
  return a.report.name < b.report.name ? -1 : Number(a.report.name > b.report.name);
}

function revokedIn(trust: TrustBook): RevokedKey[] {
  return trust.lists.flatMap(({ list }) =>
    list.revoked.map(({ key, reason, label }) => ({
      key: toBase64url(key),
      reason,
      label,
      by: toBase64url(list.issuer),
    })),
  );
}

function seenForm({ key, name, powers, epoch }: AdminStanding, trust: TrustBook): SeenAdmin {
  const isRevoked = trust.revoked.hasAdmin?.(key) ?? trust.revoked.has(key);
  return {
    ...{ key: toBase64url(key), name, powers, epoch },
    ...(isRevoked ? { revoked: true as const } : {}),
  };
}
