/**
 * Puts the messages of all streams of one link together again from its frames (step 4 of a
 * message's way): what the frame scheduler is for sending, this is for what comes. It holds at most
 * one message of each stream, and none longer than its stream may have.
 */
import { messageLimits } from '../limits.ts';
import { laneOfStream, liveStream, readFrame, streamCount } from './frame.ts';
import { StreamAssembler } from './stream-assembler.ts';

export class FrameAssembler {
  framesReceived = 0;
  bytesReceived = 0;
  readonly #streams: readonly StreamAssembler[];

  /** `onMessage` gets a view that is valid while it runs; false stops everything. */
  constructor(onMessage: (stream: number, message: Uint8Array) => boolean) {
    this.#streams = Array.from({ length: streamCount }, (_, stream) => {
      const isLive = stream === liveStream(laneOfStream(stream));
      const bytesMax = isLive ? messageLimits.liveBytesMax : messageLimits.backlogBytesMax;
      return new StreamAssembler(bytesMax, (message) => onMessage(stream, message));
    });
  }

  /** The next frame of the link; false when malformed or stopped. */
  take(bytes: Uint8Array): boolean {
    this.framesReceived += 1;
    this.bytesReceived += bytes.length;
    const frame = readFrame(bytes);
    if (frame === undefined) return false;
    const assembler = this.#streams[frame.stream]!;
    return frame.single ? assembler.single(frame.body) : assembler.push(frame.body);
  }
}
