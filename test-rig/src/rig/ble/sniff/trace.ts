/**
 * The trace of an air, as machine/air.c writes it: what controllers were told to do, and whether
 * they did. Below step 4 of a message's way. A line that is none is a fault of the rig.
 */
export interface TracePacket {
  /** Of the monotonic clock. */
  readonly atMs: number;
  /** 0 is the first of the air. */
  readonly controller: number;
  readonly kind: 'command' | 'event';
  /** As on HCI (Core 5.4, vol 4 part E, 5.4), without the octet that says the kind. */
  readonly bytes: Uint8Array;
}

const line = /^(\d+) (\d+) ([ce]) ((?:[0-9a-f]{2})+)$/;

export function readTrace(text: string): readonly TracePacket[] {
  const lines = text.split('\n');
  // What comes behind the last end of line is still being written.
  return lines.slice(0, -1).map((one) => {
    const [, atMs, controller, kind, hex] = line.exec(one) ?? [];
    if (hex === undefined) throw new Error(`no line of a trace: ${one}`);
    return {
      atMs: Number(atMs),
      controller: Number(controller),
      kind: kind === 'c' ? 'command' : 'event',
      bytes: Uint8Array.from(Buffer.from(hex, 'hex')),
    };
  });
}
