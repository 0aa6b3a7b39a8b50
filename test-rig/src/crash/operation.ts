/**
 * What a process did to the files of its folder, one call after the other: the form of a recording
 * (record/shim.c writes it). Belongs to no step. Names are relative to the folder, '' is the folder
 * itself; files and folders are known by their inode.
 */

export type Operation =
  | { readonly kind: 'create'; readonly file: number; readonly name: string }
  | {
      readonly kind: 'write';
      readonly file: number;
      readonly at: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  /** What was done to the file before `sync-begin` is on the disk from `sync-end` on. */
  | { readonly kind: 'sync-begin'; readonly file: number; readonly sync: bigint }
  | { readonly kind: 'sync-end'; readonly file: number; readonly sync: bigint }
  | { readonly kind: 'rename'; readonly file: number; readonly from: string; readonly to: string }
  | { readonly kind: 'link'; readonly file: number; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'mkdir'; readonly file: number; readonly name: string }
  /** A folder was opened, to be synced or read. */
  | { readonly kind: 'folder'; readonly file: number; readonly name: string }
  /** The workload said something: what it was answered, what it is about to do. */
  | { readonly kind: 'mark'; readonly mark: unknown }
  /** Another process begins; the one before may have been killed. */
  | { readonly kind: 'start' };

const headBytes = 32;

/** Throws for a recording that is cut, and for one in which a call could not be recorded. */
export function readOperations(recording: Uint8Array): Operation[] {
  const buffer = Buffer.from(recording.buffer, recording.byteOffset, recording.length);
  const operations: Operation[] = [];
  for (let at = 0; at < buffer.length; ) {
    if (buffer.length - at < headBytes) throw new Error('the recording is cut');
    const firstBytes = buffer.readUInt32LE(at + 4);
    const secondBytes = buffer.readUInt32LE(at + 8);
    const end = at + headBytes + firstBytes + secondBytes;
    if (end > buffer.length) throw new Error('the recording is cut');
    const first = buffer.subarray(at + headBytes, at + headBytes + firstBytes);
    const read = readers[buffer.readUInt8(at)];
    if (!read) throw new Error(`${first.toString()}: a call that is not recorded`);
    operations.push(
      read({
        file: Number(buffer.readBigUInt64LE(at + 16)),
        number: buffer.readBigUInt64LE(at + 24),
        first,
        second: buffer.subarray(end - secondBytes, end),
      }),
    );
    at = end;
  }
  return operations;
}

interface Fields {
  readonly file: number;
  readonly number: bigint;
  readonly first: Buffer;
  readonly second: Buffer;
}

/** By the number of the call in the shim. */
const readers: readonly (((fields: Fields) => Operation) | undefined)[] = [
  undefined,
  ({ file, first }) => ({ kind: 'create', file, name: first.toString() }),
  ({ file, number, first }) => ({ kind: 'write', file, at: Number(number), bytes: first }),
  ({ file, number }) => ({ kind: 'truncate', file, size: Number(number) }),
  ({ file, number }) => ({ kind: 'sync-begin', file, sync: number }),
  ({ file, number }) => ({ kind: 'sync-end', file, sync: number }),
  ({ file, first, second }) => {
    return { kind: 'rename', file, from: first.toString(), to: second.toString() };
  },
  ({ first }) => ({ kind: 'unlink', name: first.toString() }),
  ({ file, first, second }) => {
    return { kind: 'link', file, from: first.toString(), to: second.toString() };
  },
  ({ file, first }) => ({ kind: 'mkdir', file, name: first.toString() }),
  ({ file, first }) => ({ kind: 'folder', file, name: first.toString() }),
  ({ first }) => markOf(JSON.parse(first.toString())),
];

/** The first mark of a process. */
export const startMark = 'start';
/** Not recorded: the shim kills the process at its first sync from now, or at a later one. */
export function dieMark(sync: 1 | 2): string {
  return `die${sync}`;
}

function markOf(mark: unknown): Operation {
  return mark === startMark ? { kind: 'start' } : { kind: 'mark', mark };
}
