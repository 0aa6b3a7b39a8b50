/**
 * Fuzz target: the octets of a neighbour's stream, cut into frames (before step 4). Input: the
 * stream, then an octet that says where it is cut. Cut anywhere it reads the same, and what was
 * read is written back to the same octets.
 */
import { FrameReader, FrameWriter } from '@muster/adapters/parsers';
import { concat, equalBytes } from '@muster/core';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';

/** Above three lengths of length, below what would only cost time. */
const maxFrameBytes = 20_000;

interface Read {
  readonly written: Uint8Array;
  readonly fault: string | undefined;
}

function read(chunks: readonly Uint8Array[]): Read {
  const writer = new FrameWriter();
  const reader = new FrameReader(maxFrameBytes, {
    onFrame(frame) {
      if (frame.length === 0 || frame.length > maxFrameBytes) broken(`${frame.length} octets`);
      writer.add(frame);
      return true;
    },
    onControl: (kind) => writer.addControl(kind),
  });
  let fault: string | undefined;
  for (const chunk of chunks) {
    fault = reader.push(chunk);
    if (fault !== undefined) break;
  }
  return { written: writer.take(Number.POSITIVE_INFINITY) ?? new Uint8Array(0), fault };
}

function run(input: Uint8Array): FuzzVerdict {
  const stream = input.subarray(0, -1);
  const cut = Math.floor((stream.length * (input.at(-1) ?? 0)) / 256);
  const whole = read([stream]);
  const inTwo = read([stream.subarray(0, cut), stream.subarray(cut)]);
  if (inTwo.fault !== whole.fault) broken(`cut at ${cut} it is ${inTwo.fault ?? 'fine'}`);
  if (!equalBytes(inTwo.written, whole.written)) broken(`cut at ${cut} other frames come out`);
  const { written, fault } = whole;
  if (!equalBytes(written, stream.subarray(0, written.length))) broken('it has a second form');
  if (fault !== undefined) return fault;
  return written.length === stream.length && written.length > 0 ? true : 'unfinished';
}

function seeds(): Uint8Array[] {
  const cut = new Uint8Array([128]);
  const streams = [[1], [127, 1], [128], [3, 16_383], [16_384, 2], [maxFrameBytes]].map((sizes) => {
    const writer = new FrameWriter();
    writer.addControl(1);
    for (const size of sizes) writer.add(new Uint8Array(size).fill(size));
    writer.addControl(2);
    return writer.take(Number.POSITIVE_INFINITY)!;
  });
  return streams.map((stream) => concat(stream, cut));
}

export function createLinkFramingTarget(): FuzzTarget {
  return { name: 'link-framing', seeds, run };
}
