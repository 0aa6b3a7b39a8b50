/**
 * Room on the disk (step 3). A file of some megabytes is kept in reserve: when the disk is full it
 * is given back, so that evicting can still be written, and from then on the database may not grow:
 * only what takes the place of something else gets in. Both end when there is space again.
 */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@muster/core';
import type { Database } from 'better-sqlite3';
import { pageBytes } from './constants.ts';
import { removeQuarantines } from './quarantine.ts';

/** SQLite's own highest page count. */
const pagesUnbounded = 0xfffffffe;

export interface DiskSpaceOptions {
  readonly path: string;
  readonly logger: Logger;
  readonly reserveBytes: number;
  /** Bytes that the database may take; undefined for what the disk has. */
  readonly diskBytesMax: number | undefined;
}

export class DiskSpace {
  readonly #db: Database;
  readonly #options: DiskSpaceOptions;
  readonly #reservePath: string;
  #tight = false;

  constructor(db: Database, options: DiskSpaceOptions) {
    this.#db = db;
    this.#options = options;
    this.#reservePath = `${options.path}-reserve`;
  }

  /** True while the disk is full: the log must then not grow either. */
  get tight(): boolean {
    return this.#tight;
  }

  start(): void {
    this.#limitPages(this.#pagesMax);
    if (!this.#hasReserve() && !this.#makeReserve()) this.#tighten();
  }

  /** After a write found no room: true when something changed and it is worth another try. */
  relieve(): boolean {
    const { reserveBytes } = this.#options;
    const free = this.#freeBytes() ?? 0;
    if (this.#tight) return free >= 2 * reserveBytes && this.#loosen();
    // With so much free it was the configured bound that was met, not the disk's.
    if (free >= 4 * reserveBytes) return false;
    this.#tighten();
    return true;
  }

  usage(): { usedBytes: number; freeBytes: number | undefined } {
    const pages = this.#db.pragma('page_count', { simple: true }) as number;
    const unused = this.#db.pragma('freelist_count', { simple: true }) as number;
    const usedBytes = (pages - unused) * pageBytes;
    const free = this.#tight ? 0 : this.#freeBytes();
    if (free === undefined) return { usedBytes, freeBytes: undefined };
    const left = Math.max(0, this.#pagesMax - pages) * pageBytes;
    return { usedBytes, freeBytes: unused * pageBytes + Math.min(free, left) };
  }

  get #pagesMax(): number {
    const { diskBytesMax } = this.#options;
    return diskBytesMax === undefined ? pagesUnbounded : Math.floor(diskBytesMax / pageBytes);
  }

  #tighten(): void {
    this.#tight = true;
    this.#options.logger.warn('disk-full');
    removeQuarantines(this.#options.path, 0);
    rmSync(this.#reservePath, { force: true });
    this.#limitPages(this.#db.pragma('page_count', { simple: true }) as number);
  }

  #loosen(): boolean {
    if (!this.#makeReserve()) return false;
    this.#tight = false;
    this.#limitPages(this.#pagesMax);
    this.#options.logger.info('disk-has-room');
    return true;
  }

  #limitPages(pages: number): void {
    this.#db.pragma(`max_page_count = ${pages}`);
  }

  #hasReserve(): boolean {
    const size = statSync(this.#reservePath, { throwIfNoEntry: false })?.size ?? -1;
    return size >= this.#options.reserveBytes;
  }

  /** Written, not only declared: a file with holes reserves nothing. */
  #makeReserve(): boolean {
    let fd: number | undefined;
    try {
      fd = openSync(this.#reservePath, 'w');
      const zeros = Buffer.alloc(256 * 1024);
      for (let left = this.#options.reserveBytes; left > 0; ) {
        left -= writeSync(fd, zeros, 0, Math.min(left, zeros.length));
      }
      fsyncSync(fd);
      return true;
    } catch {
      rmSync(this.#reservePath, { force: true });
      return false;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  #freeBytes(): number | undefined {
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#options.path));
      return bavail * bsize;
    } catch {
      return undefined;
    }
  }
}
