/**
 * The nodes of which something was told: those linked now, and those that were and are gone. Kept
 * with the store, so that after a restart nobody goes on seeing a node that left meanwhile. Step 6.
 */
import { fromUtf8, type NodeApi, utf8 } from '@muster/core';
import { statusLimits } from './limits.ts';
import type { LinkJson } from './node-status.ts';

const valueName = 'gateway/mqtt/nodes';

export interface KnownNode {
  /** In base64url. */
  readonly key: string;
  name: string;
  link: LinkJson | undefined;
  /** Monotonic; when it was last seen linked, or when this gateway started. */
  seenMs: number;
}

export class KnownNodes {
  readonly #node: Pick<NodeApi, 'keep' | 'value'>;
  readonly #nodes = new Map<string, KnownNode>();

  constructor(node: Pick<NodeApi, 'keep' | 'value'>) {
    this.#node = node;
  }

  get all(): Iterable<KnownNode> {
    return this.#nodes.values();
  }

  load(nowMs: number): void {
    for (const [key, name] of readNames(this.#node.value(valueName))) {
      this.#nodes.set(key, { key, name, link: undefined, seenMs: nowMs });
    }
  }

  /** What is linked now; answers the nodes that are forgotten by it. */
  update(links: readonly LinkJson[], nowMs: number): KnownNode[] {
    let isNew = false;
    for (const known of this.#nodes.values()) known.link = undefined;
    for (const link of links) {
      const known = this.#nodes.get(link.key);
      isNew ||= known?.name !== link.name;
      if (known) Object.assign(known, { name: link.name, link, seenMs: nowMs });
      else this.#nodes.set(link.key, { key: link.key, name: link.name, link, seenMs: nowMs });
    }
    const forgotten = this.#forget(nowMs);
    if (isNew || forgotten.length > 0) this.#keep();
    return forgotten;
  }

  #forget(nowMs: number): KnownNode[] {
    const bySeen = [...this.#nodes.values()].sort((a, b) => b.seenMs - a.seenMs);
    const forgotten = bySeen.filter(
      ({ link, seenMs }, index) =>
        index >= statusLimits.nodesMax || (!link && nowMs - seenMs >= statusLimits.goneMsMax),
    );
    for (const { key } of forgotten) this.#nodes.delete(key);
    return forgotten;
  }

  #keep(): void {
    const names = [...this.#nodes.values()].map(({ key, name }) => [key, name]);
    // Should it fail, the next change keeps it; until then a restart shows a node for a day more.
    this.#node.keep([[valueName, utf8(JSON.stringify(names))]], () => {});
  }
}

/** What an earlier run kept; whatever does not look like it is left out. */
function readNames(bytes: Uint8Array | undefined): [key: string, name: string][] {
  const text = bytes && fromUtf8(bytes);
  try {
    const names: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(names) ? names.filter(isNamed) : [];
  } catch {
    return [];
  }
}

function isNamed(one: unknown): one is [key: string, name: string] {
  return Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string';
}
