/**
 * The references of the newest messages that this gateway signed for MQTT clients, so that a repeat
 * is not signed again. Bounded; read back from the store at the start, for the acknowledgement of
 * what was stored last may have been lost with the process.
 */
import {
  BundleKind,
  bytesKey,
  decodeFields,
  decodeMessage,
  equalBytes,
  type NodeApi,
  type ReadBundle,
} from '@muster/core';
import { channelLimits } from './limits.ts';

const { refsMax, refRowsMax } = channelLimits;
/** The most that NodeApi.since gives at once. */
const pageMax = 200;

export class RecentRefs {
  readonly #keys = new Set<string>();

  has(ref: Uint8Array): boolean {
    return this.#keys.has(bytesKey(ref));
  }

  add(ref: Uint8Array): void {
    const key = bytesKey(ref);
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size <= refsMax) return;
    const [oldest] = this.#keys;
    if (oldest !== undefined) this.#keys.delete(oldest);
  }

  /** Those of the newest rows; `author` is this node's key. */
  readBack(node: Pick<NodeApi, 'ofKind' | 'since'>, author: Uint8Array): void {
    const [newest] = node.ofKind(BundleKind.message, 1);
    let row = Math.max(0, (newest?.row ?? 0) - refRowsMax);
    for (;;) {
      const page = node.since({ row, limit: pageMax });
      for (const bundle of page) this.#readBackOne(bundle, author);
      const last = page.at(-1);
      if (!last) return;
      row = last.row;
    }
  }

  #readBackOne(bundle: ReadBundle, author: Uint8Array): void {
    if (bundle.kind !== BundleKind.message || !equalBytes(bundle.author, author)) return;
    const fields = decodeFields(bundle.signed);
    const via = fields.ok ? decodeMessage(fields.value.payload)?.via : undefined;
    if (via) this.add(via.ref);
  }
}
