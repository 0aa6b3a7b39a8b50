/**
 * Since when each channel may leave (step 6). What was written while a channel stayed on its site
 * was written for that site: allowing it lets out what arrives from then on, withdrawing and
 * allowing it again begins anew. Rows, not dates, because no clock is trusted.
 */
import { bytesKey, CborReader, encodeCbor, type NodeApi } from '@muster/core';
import { crossingLimits } from './limits.ts';

const version = 1;

export interface AllowanceOptions {
  readonly node: Pick<NodeApi, 'since' | 'value' | 'keep'>;
  /** Name of the value that keeps it. */
  readonly name: string;
  /**
   * Once allowed stays allowed: where a channel that is not listed just now was not withdrawn.
   */
  readonly isLasting?: boolean;
}

interface Allowed {
  readonly tag: Uint8Array;
  readonly fromRow: number;
}

export class Allowance {
  readonly #options: AllowanceOptions;
  #allowed: Map<string, Allowed> | undefined;

  constructor(options: AllowanceOptions) {
    this.#options = options;
  }

  /** Says which tags may leave now; those that could not before begin behind the newest bundle. */
  update(tags: readonly Uint8Array[]): void {
    const { node, name } = this.#options;
    const before = this.#loaded();
    const lasting = this.#options.isLasting ? [...before.values()].map(({ tag }) => tag) : [];
    const fresh = tags.filter((tag) => !before.has(bytesKey(tag)) || lasting.length === 0);
    const listed = [...lasting, ...fresh].slice(0, crossingLimits.tagsMax);
    const isNew = listed.some((tag) => !before.has(bytesKey(tag)));
    if (!isNew && listed.length === before.size) return;
    const fromRow = isNew ? newestRow(node) : 0;
    this.#allowed = new Map(
      listed.map((tag) => [bytesKey(tag), before.get(bytesKey(tag)) ?? { tag, fromRow }]),
    );
    // If this is lost in a power cut, the next start does it again, a little later.
    node.keep([[name, encode([...this.#allowed.values()])]], () => {});
  }

  /** Whether a bundle of this tag and row came after its channel was allowed to leave. */
  includes(tag: Uint8Array, row: number): boolean {
    const allowed = this.#loaded().get(bytesKey(tag));
    return allowed !== undefined && row > allowed.fromRow;
  }

  /** The row behind which there may be something to send. */
  firstRow(): number {
    const rows = [...this.#loaded().values()].map(({ fromRow }) => fromRow);
    return rows.length > 0 ? Math.min(...rows) : newestRow(this.#options.node);
  }

  #loaded(): Map<string, Allowed> {
    const { node, name } = this.#options;
    this.#allowed ??= new Map(
      decode(node.value(name)).map((allowed) => [bytesKey(allowed.tag), allowed]),
    );
    return this.#allowed;
  }
}

/** Row of the newest held bundle, 0 for none: a search over `since`, some fifty short reads. */
export function newestRow(node: Pick<NodeApi, 'since'>): number {
  const hasBeyond = (row: number): boolean => node.since({ row, limit: 1 }).length > 0;
  let high = 1;
  while (high < 2 ** 52 && hasBeyond(high)) high *= 2;
  let low = 0;
  // The newest row is the least one with nothing beyond it.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (hasBeyond(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encode(allowed: readonly Allowed[]): Uint8Array {
  return encodeCbor([version, ...allowed.flatMap(({ tag, fromRow }) => [tag, fromRow])]);
}

/** Nothing for what is not exactly an encoded list: then every channel begins anew. */
function decode(value: Uint8Array | undefined): readonly Allowed[] {
  if (!value) return [];
  const reader = new CborReader(value);
  const items = reader.array(1 + 2 * crossingLimits.tagsMax, 1) - 1;
  reader.uint(version, version);
  const allowed: Allowed[] = [];
  for (let i = 0; i + 1 < items; i += 2) {
    allowed.push({ tag: reader.bytes(16).slice(), fromRow: reader.uint(Number.MAX_SAFE_INTEGER) });
  }
  return reader.done() ? allowed : [];
}
