/**
 * A link: an authenticated duplex stream of frames to one neighbour node, of any medium.
 * Step 4 of a message's way runs on it. Frames arrive whole, once and in order, or the link closes.
 * Callers read its limits and never ask which medium it is.
 */

/** What a byte costs: `lan` is free, `radio` is slow and shared (BLE), `metered` costs money. */
export type CostClass = 'lan' | 'radio' | 'metered';
/** The cheapest first; the place is also the number on the wire. */
export const costClasses: readonly CostClass[] = ['lan', 'radio', 'metered'];

export interface LinkHandlers {
  onFrame(frame: Uint8Array): void;
  /** Called after `send` answered false, once there is room again. */
  onDrain(): void;
  /** Called exactly once, for every cause; nothing is called after it. */
  onClose(reason: string): void;
}

export interface Link {
  /** Ed25519 public key of the neighbour, proven by the transport. */
  readonly peerKey: Uint8Array;
  /** True on the side that opened the link. */
  readonly initiator: boolean;
  readonly maxFrameBytes: number;
  readonly costClass: CostClass;
  /** Set once, before the first frame is delivered; frames that came earlier are kept for it. */
  start(handlers: LinkHandlers): void;
  /**
   * Takes one frame (1 to maxFrameBytes bytes; the caller does not reuse the array).
   * False: the frame is taken, but send no more until onDrain. After close it is ignored.
   */
  send(frame: Uint8Array): boolean;
  close(reason: string): void;
}

/** What a transport adapter hands its user; `stop` closes every link. */
export interface Transport {
  start(onLink: (link: Link) => void): Promise<void>;
  stop(): Promise<void>;
}
