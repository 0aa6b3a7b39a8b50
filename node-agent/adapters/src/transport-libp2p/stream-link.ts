/**
 * The Link port over one libp2p stream, which has its connection to itself. Step 4 of a message's
 * way. Handlers are never called from within start, send or close, nor after onClose; what the peer
 * sends wrongly closes the link and throws nothing.
 */
import type { Connection, Stream, StreamMessageEvent } from '@libp2p/interface';
import type { Clock, CostClass, Link, LinkHandlers } from '@muster/core';
import { connectionLimits, frameLimits } from './constants.ts';
import { Control, FrameReader, FrameWriter } from './framing.ts';
import type { LinkMedium } from './link-medium.ts';
import { SilenceWatch } from './silence-watch.ts';
import { giveCreditInPortions, onCredit } from './stack-care.ts';

export interface StreamLinkOptions {
  readonly connection: Connection;
  readonly stream: Stream;
  readonly medium: LinkMedium;
  readonly peerKey: Uint8Array;
  readonly initiator: boolean;
  readonly clock: Clock;
  /** The medium's kernel does not ask for us. */
  readonly askAlways: boolean;
  /** `isDoubtful` has changed. */
  readonly onDoubt: () => void;
  /** The peer has left its cheaper links with us for this one. */
  readonly onLeft: () => void;
  /** Called once, before the user is told. */
  readonly onClosed: (link: StreamLink, reason: string) => void;
}

export class StreamLink implements Link {
  readonly peerKey: Uint8Array;
  readonly initiator: boolean;
  readonly maxFrameBytes: number;
  readonly costClass: CostClass;
  readonly openedMs: number;
  readonly counts = { framesSent: 0, framesReceived: 0, bytesSent: 0, bytesReceived: 0 };
  readonly #options: StreamLinkOptions;
  readonly #stream: Stream;
  readonly #writer = new FrameWriter();
  readonly #reader: FrameReader;
  readonly #watch: SilenceWatch;
  #handlers: LinkHandlers | undefined;
  /** Frames that came before start; undefined once they are delivered. */
  #kept: Uint8Array[] | undefined = [];
  #keptBytes = 0;
  #flushQueued = false;
  #pongQueued = false;
  #wantsDrain = false;
  #closedBecause: string | undefined;
  #told = false;

  constructor(options: StreamLinkOptions) {
    this.#options = options;
    this.peerKey = options.peerKey;
    this.initiator = options.initiator;
    this.maxFrameBytes = options.medium.maxFrameBytes;
    this.costClass = options.medium.costClass;
    this.openedMs = options.clock.monotonicMs();
    this.#stream = options.stream;
    this.#reader = new FrameReader(this.maxFrameBytes, {
      onFrame: (frame) => this.#onFrame(frame),
      onControl: (kind) => this.#onControl(kind),
    });
    this.#watch = new SilenceWatch(options.clock, {
      limits: options.medium.silence,
      always: options.askAlways,
      onAsk: () => this.#sendControl(Control.ping),
      onDoubt: options.onDoubt,
      onSilent: () => this.#lose('silent'),
    });
  }

  /** Begins to read; called once, by the maker. */
  open(): void {
    giveCreditInPortions(this.#stream);
    onCredit(this.#stream, () => this.#watch.heard());
    this.#stream.addEventListener('message', (event) => this.#onMessage(event));
    this.#stream.addEventListener('drain', () => queueMicrotask(() => this.#drained()));
    this.#stream.addEventListener('end', () => this.#onEnded());
    this.#stream.addEventListener('close', (event) => this.#onEnded(event.error));
    if (this.#stream.status !== 'open') this.#lose('connection-lost');
  }

  start(handlers: LinkHandlers): void {
    if (this.#handlers !== undefined) throw new Error('a link is started once');
    this.#handlers = handlers;
    queueMicrotask(() => this.#deliverKept());
  }

  send(frame: Uint8Array): boolean {
    if (this.#closedBecause !== undefined) return false;
    if (frame.length === 0 || frame.length > this.maxFrameBytes) {
      this.close('frame-size');
      return false;
    }
    this.#writer.add(frame);
    this.counts.framesSent += 1;
    this.#watch.sent();
    this.#queueFlush();
    this.#wantsDrain ||= this.#full();
    return !this.#wantsDrain;
  }

  close(reason: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#flush();
    this.#kept = [];
    this.#finish(reason, true);
  }

  /** It was asked whether it lives and has not answered yet. */
  get isDoubtful(): boolean {
    return this.#watch.isDoubtful;
  }

  /** True when the peer answers in time. */
  prove(): Promise<boolean> {
    return this.#watch.prove();
  }

  /** Tells the peer, before any later frame, that the cheaper links with it are closed here. */
  tellLeft(): void {
    this.#sendControl(Control.left);
  }

  #full(): boolean {
    const waiting = this.#writer.bytes + this.#stream.writeBufferLength;
    return waiting >= this.#options.medium.windowBytes || this.#stream.writableNeedsDrain;
  }

  #queueFlush(): void {
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    queueMicrotask(() => {
      this.#flush();
      // Only after input had its turn: a sender that never pauses must not starve it.
      if (this.#wantsDrain) setImmediate(() => this.#drained());
    });
  }

  #flush(): void {
    this.#flushQueued = false;
    this.#pongQueued = false;
    if (this.#closedBecause !== undefined) return;
    try {
      for (;;) {
        const batch = this.#writer.take(frameLimits.batchBytesMax);
        if (batch === undefined) return;
        this.counts.bytesSent += batch.length;
        this.#stream.send(batch);
      }
    } catch {
      this.#lose('connection-lost');
    }
  }

  #drained(): void {
    if (!this.#wantsDrain || this.#closedBecause !== undefined || this.#full()) return;
    this.#wantsDrain = false;
    this.#handlers?.onDrain();
  }

  #sendControl(kind: number): void {
    if (this.#closedBecause !== undefined) return;
    this.#writer.addControl(kind);
    this.#queueFlush();
  }

  #onMessage(event: StreamMessageEvent): void {
    this.#watch.heard();
    for (const chunk of event.data instanceof Uint8Array ? [event.data] : event.data) {
      if (this.#closedBecause !== undefined) return;
      this.counts.bytesReceived += chunk.length;
      const fault = this.#reader.push(chunk);
      if (fault !== undefined) this.#lose(fault);
    }
  }

  #onFrame(frame: Uint8Array): boolean {
    this.counts.framesReceived += 1;
    if (this.#kept === undefined) {
      this.#handlers!.onFrame(frame);
    } else {
      this.#kept.push(frame);
      this.#keptBytes += frame.length;
      const tooMany = this.#keptBytes >= frameLimits.keptBytesMax;
      if (tooMany && this.#stream.readStatus === 'readable') this.#stream.pause();
    }
    return this.#closedBecause === undefined;
  }

  #onControl(kind: number): void {
    if (kind === Control.left) this.#options.onLeft();
    // One answer a turn, and none while the peer does not read: questions are no lever.
    if (kind !== Control.ping || this.#pongQueued || this.#stream.writableNeedsDrain) return;
    this.#pongQueued = true;
    this.#sendControl(Control.pong);
  }

  #deliverKept(): void {
    // A handler may close the link, which empties the list.
    for (let i = 0; i < this.#kept!.length; i += 1) this.#handlers!.onFrame(this.#kept![i]!);
    this.#kept = undefined;
    if (this.#closedBecause !== undefined) this.#tellClosed();
    else if (this.#stream.readStatus === 'paused') this.#stream.resume();
  }

  #onEnded(error?: Error): void {
    const { status } = this.#options.connection;
    const broken = error !== undefined || status === 'aborted' || status === 'reset';
    if (broken) this.#lose('connection-lost');
    else this.#finish('closed-by-peer', true);
  }

  /** The connection is of no use any more: nothing is sent on it. */
  #lose(reason: string): void {
    this.#finish(reason, false);
  }

  #finish(reason: string, gracefully: boolean): void {
    if (this.#closedBecause !== undefined) return;
    this.#closedBecause = reason;
    this.#watch.stop();
    void shut(this.#options.connection, gracefully ? this.#stream : undefined);
    this.#options.onClosed(this, reason);
    if (this.#handlers !== undefined) queueMicrotask(() => this.#tellClosed());
  }

  #tellClosed(): void {
    if (this.#told || this.#kept?.length) return;
    this.#told = true;
    this.#handlers!.onClose(this.#closedBecause!);
  }
}

/** Closes a connection; with a stream, what it was given is sent first if that is quick. */
export async function shut(connection: Connection, stream?: Stream): Promise<void> {
  try {
    if (stream !== undefined) {
      const signal = AbortSignal.timeout(connectionLimits.closeGraceMs);
      await stream.close({ signal });
      await connection.close({ signal });
    }
  } catch {
    // The grace is over, or the peer was faster: what follows closes it in either case.
  }
  connection.abort(new Error('closed'));
}
