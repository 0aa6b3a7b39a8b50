/**
 * No honest box is taken for a liar: not for a copy of a node, ever; and where nobody lies and no
 * frame is mangled, no link ends for a fault of the neighbour. Nor is an honest author frozen.
 */
import { type CloseReason, equalBytes, type NodeStatus } from '@muster/core';
import type { Box, CheckersOptions } from './events.ts';
import type { Violate } from './violation.ts';

const faults = ['malformed', 'misbehaving', 'peer-lies', 'version-unknown'] as const;

export class Accusations {
  readonly #options: CheckersOptions;
  readonly #violate: Violate;
  /** What was told already, by box: faults counted since its boot, and keys. */
  readonly #told = new Map<string, number>();
  /** Authors of whom liars wrote: as many may be frozen. */
  readonly #lyingAuthors = new Set<string>();

  constructor(options: CheckersOptions, violate: Violate) {
    this.#options = options;
    this.#violate = violate;
  }

  wroteByLiar(author: string): void {
    this.#lyingAuthors.add(author);
  }

  /** Counts begin anew with each boot. */
  booted(node: number): void {
    for (const fault of faults) this.#told.delete(`${node} ${fault}`);
  }

  look({ number: node, node: running }: Box, nowMs: number): void {
    const status = running?.status();
    if (!status) return;
    const accuse = (what: string, count: number, text: string) => {
      const key = `${node} ${what}`;
      if (count <= (this.#told.get(key) ?? 0)) return;
      this.#told.set(key, count);
      this.#violate({ check: 'accused', atMs: nowMs, node, text });
    };
    if (!this.#options.framesLie) this.#lookAtLinks(status.linksRefused, accuse);
    for (const { nodeKey } of status.clones) {
      const copied = this.#options.boxes.find((box) => equalBytes(box.nodeKey, nodeKey));
      if (!copied || copied.isLiar) continue;
      accuse(`copy ${copied.number}`, 1, `takes box ${copied.number} for a copy`);
    }
    this.#lookAtAuthors(status, accuse);
  }

  #lookAtLinks(
    refused: NodeStatus['linksRefused'],
    accuse: (what: CloseReason, count: number, text: string) => void,
  ): void {
    for (const fault of faults) {
      accuse(fault, refused[fault] ?? 0, `ended a link to an honest box: ${fault}`);
    }
  }

  #lookAtAuthors(
    { frozenAuthors, clones }: NodeStatus,
    accuse: (what: string, count: number, text: string) => void,
  ): void {
    const mayBeFrozen = this.#lyingAuthors.size + clones.length;
    if (frozenAuthors <= mayBeFrozen) return;
    accuse('frozen', frozenAuthors, `froze ${frozenAuthors} authors, where ${mayBeFrozen} lied`);
  }
}
