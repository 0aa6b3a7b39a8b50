/**
 * What this node has heard of the others: the last report of each, and whether an admin watches
 * somewhere. A report is its node's own word; it is shown and never acted on, but for the wish to
 * hear more often.
 */
import {
  BundleKind,
  bytesKey,
  type Clock,
  certificateInTicket,
  compareBytes,
  decodeCertificate,
  decodeFields,
  type NodeApi,
  type NodeReport,
  type ReadBundle,
  Role,
  readNodeReport,
} from '@muster/core';
import { adminLimits } from './limits.ts';

export interface HeardNode {
  readonly key: Uint8Array;
  /** By its certificate. */
  readonly name: string;
  readonly report: NodeReport;
  readonly ageMs: number;
}

interface Heard extends Omit<HeardNode, 'ageMs'> {
  readonly orderKey: Uint8Array;
  /** On this node's monotonic clock. */
  readonly writtenAtMs: number;
}

export interface SiteBoardOptions {
  readonly node: Pick<NodeApi, 'page' | 'ticket'>;
  readonly clock: Clock;
  /** The tag of the site's reports, 16 bytes. */
  readonly tag: Uint8Array;
  /** An admin watches somewhere. */
  onWanted(): void;
  onReport(node: HeardNode): void;
}

export class SiteBoard {
  readonly #options: SiteBoardOptions;
  readonly #tagKey: string;
  /** By node key, the one heard of longest ago first. */
  readonly #heard = new Map<string, Heard>();
  #isLoaded = false;
  #wantedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: SiteBoardOptions) {
    this.#options = options;
    this.#tagKey = bytesKey(options.tag);
  }

  /** Reads what the store holds, once, when somebody wants to see it: a start must not pay. */
  #load(): void {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const { node, tag } = this.#options;
    let before: Uint8Array | undefined;
    for (let pages = 0; pages < pagesMax; pages++) {
      const page = node.page({ tag, limit: pageItems, ...(before ? { before } : {}) });
      for (const bundle of page) this.#learn(bundle);
      before = page.at(-1)?.orderKey;
      if (!before) return;
    }
  }

  /** Whether an admin watches, here or elsewhere, as far as is known here. */
  get isWanted(): boolean {
    return this.#options.clock.monotonicMs() < this.#wantedUntilMs;
  }

  nodes(): readonly HeardNode[] {
    this.#load();
    const nowMs = this.#options.clock.monotonicMs();
    return [...this.#heard.values()].map(({ key, name, report, writtenAtMs }) => ({
      ...{ key, name, report },
      ageMs: Math.max(0, Math.floor(nowMs - writtenAtMs)),
    }));
  }

  onBundle(bundle: ReadBundle): void {
    if (bundle.kind !== BundleKind.nodeReport || !this.#learn(bundle)) return;
    const { key, name, report } = this.#heard.get(bytesKey(bundle.author))!;
    this.#options.onReport({ key, name, report, ageMs: Math.floor(bundle.ageNowMs) });
  }

  /** False for what is no newer report of a node. */
  #learn({ author, tag, role, signed, ticketId, orderKey, ageNowMs }: ReadBundle): boolean {
    if (role !== Role.node || bytesKey(tag) !== this.#tagKey) return false;
    const key = bytesKey(author);
    const known = this.#heard.get(key);
    if (known && compareBytes(known.orderKey, orderKey) >= 0) return false;
    const fields = decodeFields(signed);
    const report = fields.ok ? readNodeReport(fields.value.payload) : undefined;
    if (!report) return false;
    const writtenAtMs = this.#options.clock.monotonicMs() - ageNowMs;
    const name = this.#nameIn(ticketId);
    this.#heard.delete(key);
    this.#heard.set(key, { key: author.slice(), name, report, orderKey, writtenAtMs });
    if (this.#heard.size > adminLimits.nodesMax) {
      const [oldest] = this.#heard.keys();
      this.#heard.delete(oldest!);
    }
    if (report.wanted) this.#want(writtenAtMs);
    return true;
  }

  #want(writtenAtMs: number): void {
    const wasWanted = this.isWanted;
    this.#wantedUntilMs = Math.max(this.#wantedUntilMs, writtenAtMs + adminLimits.wantedMsMax);
    if (!wasWanted && this.isWanted) this.#options.onWanted();
  }

  #nameIn(ticketId: Uint8Array): string {
    const ticket = this.#options.node.ticket(ticketId);
    const certificate = ticket && certificateInTicket(ticket);
    return (certificate && decodeCertificate(certificate)?.name) ?? '';
  }
}

const pageItems = 100;
const pagesMax = 20;
