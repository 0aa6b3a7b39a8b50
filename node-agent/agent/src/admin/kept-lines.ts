/**
 * A short list that a node keeps in a file of its data folder, apart from the store, so that it
 * outlives a store that was put aside: acts carried out, uses of guest passes. A file that is
 * damaged counts as empty and is said in the log; one that cannot be written is said too.
 */
import type { Logger } from '@muster/core';
import { readRecord, writeRecord } from '@muster/provisioning';

export interface KeptLinesOptions {
  readonly path: string;
  /** One word that tells the file from others. */
  readonly kind: string;
  readonly logger: Logger;
}

export class KeptLines {
  readonly #options: KeptLinesOptions;

  constructor(options: KeptLinesOptions) {
    this.#options = options;
  }

  read(): readonly string[] {
    const { path, kind, logger } = this.#options;
    try {
      const text = readRecord(path, kind)?.text('lines') ?? '';
      return text.split(' ').filter((line) => line !== '');
    } catch (error) {
      logger.warn('a kept list is damaged and begun anew', { kind, error: String(error) });
      return [];
    }
  }

  /** Lines without spaces. False when the disk did not take it. */
  write(lines: readonly string[]): boolean {
    const { path, kind, logger } = this.#options;
    try {
      writeRecord(path, kind, { members: { lines: lines.join(' ') } });
      return true;
    } catch (error) {
      logger.error('a kept list cannot be written', { kind, error: String(error) });
      return false;
    }
  }
}
