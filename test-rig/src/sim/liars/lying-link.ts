/**
 * The link of a liar's node, with a hand in it: frames of the node may be changed on their way out,
 * and frames of the liar slipped in between, where the stream allows one.
 */
import type { CarriedBundle, Lane, Link, LinkHandlers } from '@muster/core';
import { liveStream, rawFrame } from './raw-bundle.ts';

const singleFlag = 8;
const streamMask = 7;

/** What becomes of a frame of the node; undefined: nothing is sent. */
export type ChangeFrame = (frame: Uint8Array) => Uint8Array | undefined;

export class LyingLink implements Link {
  readonly #link: Link;
  readonly #change: ChangeFrame;
  readonly #onClose: () => void;
  /** Streams in which a message is under way: no other may begin there. */
  readonly #underWay = new Set<number>();
  #sent = 0;
  #received = 0;
  #closed = false;
  /** What is slipped in waits for room as all else does, or it would hold up the node's frames. */
  #hasRoom = true;

  constructor(link: Link, change: ChangeFrame, onClose: () => void) {
    this.#link = link;
    this.#change = change;
    this.#onClose = onClose;
  }

  get peerKey(): Uint8Array {
    return this.#link.peerKey;
  }

  get initiator(): boolean {
    return this.#link.initiator;
  }

  get maxFrameBytes(): number {
    return this.#link.maxFrameBytes;
  }

  get costClass() {
    return this.#link.costClass;
  }

  start(handlers: LinkHandlers): void {
    this.#link.start({
      onFrame: (frame) => {
        this.#received++;
        handlers.onFrame(frame);
      },
      onDrain: () => {
        this.#hasRoom = true;
        handlers.onDrain();
      },
      onClose: (reason) => {
        this.#end();
        handlers.onClose(reason);
      },
    });
  }

  send(frame: Uint8Array): boolean {
    this.#sent++;
    const header = frame[0] ?? 0;
    // A frame of several messages or of part of one: nobody but the node knows where it ends.
    if ((header & singleFlag) === 0) this.#underWay.add(header & streamMask);
    else this.#underWay.delete(header & streamMask);
    const changed = this.#change(frame);
    if (changed) this.#hasRoom = this.#link.send(changed);
    return this.#hasRoom;
  }

  close(reason: string): void {
    this.#end();
    this.#link.close(reason);
  }

  /** Sends a bundle beside those of the node; false when it does not go now. */
  inject(bundle: CarriedBundle, lane: Lane): boolean {
    const frame = rawFrame(bundle, lane);
    return frame !== undefined && this.injectFrame(frame, liveStream(lane));
  }

  /** Sends any frame; into a message that is under way only without a stream. */
  injectFrame(frame: Uint8Array, stream?: number): boolean {
    if (!this.#isGreeted || !this.#hasRoom) return false;
    if (stream !== undefined && this.#underWay.has(stream)) return false;
    this.#hasRoom = this.#link.send(frame);
    return true;
  }

  /** Both hellos are sent: what comes before them only ends the link. */
  get #isGreeted(): boolean {
    return !this.#closed && this.#sent > 0 && (this.#received > 0 || !this.#link.initiator);
  }

  #end(): void {
    this.#closed = true;
    this.#onClose();
  }
}
