/**
 * A disk that follows a recording: what is on it for good, and what was done since and not synced
 * yet, of which a power cut may take any part. Belongs to no step. It decides nothing about what a
 * cut takes; that is for survivors.ts.
 */
import { dirname } from 'node:path';
import type { Operation } from '../operation.ts';

/** A change of a file's content that no sync covers yet. */
export type PendingWrite = Extract<Operation, { kind: 'write' | 'truncate' }>;

/** Names that change together, in one call; undefined: the name goes. */
export interface PendingNames {
  readonly folders: readonly string[];
  readonly changes: readonly (readonly [name: string, file: number | undefined])[];
}

/** With the number of its operation. */
type At<T> = T & { readonly at: number };

interface DiskFile {
  content: FileContent;
  pending: At<{ readonly write: PendingWrite }>[];
}

/** Bytes that grow by steps, so that appending page after page costs little. */
export class FileContent {
  #bytes: Buffer;
  size: number;

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.size);
  }

  copy(): FileContent {
    return new FileContent(Buffer.from(this.bytes));
  }

  truncate(size: number): void {
    if (size < this.size) this.#bytes.fill(0, size, this.size);
    this.#reserve(size);
    this.size = size;
  }

  write(at: number, bytes: Uint8Array): void {
    this.#reserve(at + bytes.length);
    this.#bytes.set(bytes, at);
    this.size = Math.max(this.size, at + bytes.length);
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(size, this.#bytes.length * 2, 4096));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}

export class Disk {
  /** Operations followed so far. */
  at = 0;
  readonly #files = new Map<number, DiskFile>();
  /** Inode by name, as it is on the disk for good. */
  readonly #names = new Map<string, number>();
  readonly #folders = new Map<number, string>();
  #pendingNames: At<{ readonly names: PendingNames }>[] = [];
  readonly #syncs = new Map<bigint, number>();

  get names(): ReadonlyMap<string, number> {
    return this.#names;
  }

  get pendingNames(): readonly PendingNames[] {
    return this.#pendingNames.map(({ names }) => names);
  }

  /** Inodes that are folders. */
  isFolder(file: number): boolean {
    return this.#folders.has(file);
  }

  /** What is on the disk for good; not to be changed. */
  content(file: number): FileContent {
    return this.#files.get(file)?.content ?? new FileContent();
  }

  pendingWrites(file: number): readonly PendingWrite[] {
    return this.#files.get(file)?.pending.map(({ write }) => write) ?? [];
  }

  follow(operation: Operation): void {
    const at = this.at++;
    switch (operation.kind) {
      case 'create':
        // An inode's number may be given again.
        this.#files.set(operation.file, { content: new FileContent(), pending: [] });
        this.#rename(at, [[operation.name, operation.file]]);
        return;
      case 'write':
      case 'truncate':
        this.#files.get(operation.file)!.pending.push({ at, write: operation });
        return;
      case 'sync-begin':
        this.#syncs.set(operation.sync, at);
        return;
      case 'sync-end':
        this.#synced(operation.file, this.#syncs.get(operation.sync)!);
        this.#syncs.delete(operation.sync);
        return;
      case 'rename': {
        const { file, from, to } = operation;
        this.#rename(at, [...(from === to ? [] : ([[from, undefined]] as const)), [to, file]]);
        return;
      }
      case 'link':
        this.#rename(at, [[operation.to, operation.file]]);
        return;
      case 'unlink':
        this.#rename(at, [[operation.name, undefined]]);
        return;
      case 'mkdir':
        this.#folders.set(operation.file, operation.name);
        this.#rename(at, [[operation.name, operation.file]]);
        return;
      case 'folder':
        this.#folders.set(operation.file, operation.name);
        return;
      case 'mark':
      case 'start':
    }
  }

  #rename(at: number, changes: PendingNames['changes']): void {
    const folders = [...new Set(changes.map(([name]) => folderOf(name)))];
    this.#pendingNames.push({ at, names: { folders, changes } });
  }

  #synced(file: number, begun: number): void {
    const folder = this.#folders.get(file);
    if (folder === undefined) this.#syncedFile(file, begun);
    else this.#syncedFolder(folder, begun);
  }

  #syncedFile(file: number, begun: number): void {
    const known = this.#files.get(file);
    if (!known) return;
    const covered = known.pending.filter(({ at }) => at < begun);
    for (const { write } of covered) applyWhole(known.content, write);
    known.pending = known.pending.slice(covered.length);
  }

  #syncedFolder(folder: string, begun: number): void {
    const left: At<{ readonly names: PendingNames }>[] = [];
    for (const pending of this.#pendingNames) {
      const { folders, changes } = pending.names;
      if (pending.at >= begun || !folders.includes(folder)) left.push(pending);
      else applyNames(this.#names, changes);
    }
    this.#pendingNames = left;
  }
}

export function applyNames(names: Map<string, number>, changes: PendingNames['changes']): void {
  for (const [name, file] of changes) {
    if (file === undefined) names.delete(name);
    else names.set(name, file);
  }
}

export function applyWhole(content: FileContent, write: PendingWrite): void {
  if (write.kind === 'truncate') content.truncate(write.size);
  else content.write(write.at, write.bytes);
}

/** '' for what lies in the recorded folder itself. */
export function folderOf(name: string): string {
  const folder = dirname(name);
  return folder === '.' ? '' : folder;
}
