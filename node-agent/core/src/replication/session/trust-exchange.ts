/**
 * Trust lists and site rules between two neighbours (step 4 of a message's way): each is told what
 * the other lacks, right after the hello, with every change, and with every reconciliation, so that
 * a revocation never waits for a bundle. One for each session; what is told is judged by the host.
 */
import { Meter } from '../../bounds/meter.ts';
import { equalBytes } from '../../bytes/compare.ts';
import { toHex } from '../../bytes/hex.ts';
import type { SiteDocument } from '../host.ts';
import { trustBudget } from '../limits.ts';
import type { Mesh, Verdict } from '../mesh.ts';
import {
  decodeTrustDocument,
  decodeTrustSummary,
  encodeTrustDocument,
  encodeTrustSummary,
  type SummaryItem,
} from '../messages/trust-message.ts';

export class TrustExchange {
  readonly #mesh: Mesh;
  readonly #wake: () => void;
  readonly #taken: Meter;
  #summaryDue: 'question' | 'answer' | undefined;
  /** A question is not answered yet. */
  #asked = false;
  /** To tell, the newest of each kind and issuer; so never more than are in force. */
  readonly #due = new Map<string, SiteDocument>();
  /** Being taken from the neighbour, which need not hear of it again. */
  #theirs: Uint8Array | undefined;

  constructor(mesh: Mesh, wake: () => void) {
    this.#mesh = mesh;
    this.#wake = wake;
    this.#taken = new Meter(trustBudget, mesh.clock.monotonicMs());
  }

  /** Asks the neighbour what it has; it is told what it lacks, and tells what is lacking here. */
  compare(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#summaryDue = 'question';
    this.#wake();
  }

  /** New here. */
  tell(document: SiteDocument): void {
    if (this.#theirs && equalBytes(document.wire, this.#theirs)) return;
    this.#due.set(nameOf(document), document);
    this.#wake();
  }

  pullSummary(): Uint8Array | undefined {
    if (this.#summaryDue === undefined) return undefined;
    const isQuestion = this.#summaryDue === 'question';
    this.#summaryDue = undefined;
    return encodeTrustSummary({ isQuestion, items: this.#mesh.host.siteDocuments() });
  }

  pullDocument(): Uint8Array | undefined {
    for (const [name, { wire }] of this.#due) {
      this.#due.delete(name);
      return encodeTrustDocument(wire);
    }
    return undefined;
  }

  onSummary(message: Uint8Array): Verdict {
    const summary = decodeTrustSummary(message);
    if (summary === undefined) return 'malformed';
    for (const document of this.#mesh.host.siteDocuments()) {
      if (summary.items.some((item) => covers(item, document))) continue;
      this.#due.set(nameOf(document), document);
    }
    if (summary.isQuestion) this.#summaryDue ??= 'answer';
    else this.#asked = false;
    this.#wake();
    return undefined;
  }

  onDocument(message: Uint8Array): Verdict {
    const wire = decodeTrustDocument(message);
    if (wire === undefined) return 'malformed';
    const nowMs = this.#mesh.clock.monotonicMs();
    // Dropped, not punished: the neighbour may pass on what an admin does too often. It is told
    // again with the next comparison.
    if (this.#taken.level(nowMs) < 1) return undefined;
    this.#taken.spend(1, nowMs);
    this.#theirs = wire;
    this.#mesh.host.adoptSiteDocument(wire);
    this.#theirs = undefined;
    return undefined;
  }
}

function covers(item: SummaryItem, { kind, issuer, revision, hash }: SiteDocument): boolean {
  if (item.kind !== kind || !equalBytes(item.issuer, issuer.subarray(0, 8))) return false;
  return item.revision > revision || equalBytes(item.hash, hash);
}

function nameOf({ kind, issuer }: SiteDocument): string {
  return `${kind}/${toHex(issuer)}`;
}
