/**
 * A medium in memory for the tests beside it: byte streams with latency, a rate and a window, which
 * can be cut at any byte or fall silent. Times are of the given clock, virtual or real.
 */
import type { ByteStream, ByteStreamHandlers, Clock, Medium, MediumHost } from '@muster/core';

export interface AirShape {
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
  /** Taken by a stream and not delivered yet, at which it wants a pause. */
  readonly windowBytes: number;
}

const calm: AirShape = { latencyMs: 5, bytesPerSecond: 1_000_000, windowBytes: 8_192 };
const pieceBytes = 495;

export class TestAir {
  readonly clock: Clock;
  readonly shape: AirShape;
  readonly media = new Map<string, TestMedium>();
  /** Every pair of streams so far, the opener's first. */
  readonly pairs: (readonly [TestStream, TestStream])[] = [];
  /** Streams of the future are cut after so many bytes of both ways. */
  cutAfterBytes = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, shape: Partial<AirShape> = {}) {
    this.clock = clock;
    this.shape = { ...calm, ...shape };
  }

  medium(address: string): TestMedium {
    const medium = new TestMedium(this, address);
    this.media.set(address, medium);
    return medium;
  }

  /** A stream to a medium from somebody who is on no medium. */
  knock(address: string, from = 'r-000000000000'): TestStream {
    const [near, far] = this.#pair(from, address);
    this.media.get(address)!.incoming(far);
    return near;
  }

  get openStreams(): number {
    return this.pairs.flat().filter((stream) => !stream.isClosed).length;
  }

  #pair(from: string, to: string): readonly [TestStream, TestStream] {
    const pair = [new TestStream(this, to, true), new TestStream(this, from, false)] as const;
    pair[0].join(pair[1], this.cutAfterBytes);
    this.pairs.push(pair);
    return pair;
  }
}

export class TestMedium implements Medium {
  readonly name = 'ble';
  readonly costClass = 'radio';
  readonly maxFrameBytes = 2048;
  readonly windowBytes = 4096;
  /** From which it calls from now on. */
  address: string;
  readonly #air: TestAir;
  host: MediumHost | undefined;
  /** Is told whenever the host's peers changed. */
  onPeersDo: (host: MediumHost) => void = () => {};

  constructor(air: TestAir, address: string) {
    this.#air = air;
    this.address = address;
  }

  async start(host: MediumHost): Promise<void> {
    this.host = host;
  }

  onPeers(): void {
    this.onPeersDo(this.host!);
  }

  async open(address: string, signal: AbortSignal): Promise<ByteStream> {
    const opened = Promise.withResolvers<void>();
    this.#air.clock.after(this.#air.shape.latencyMs, () => opened.resolve());
    signal.addEventListener('abort', () => opened.reject(signal.reason));
    await opened.promise;
    if (this.#air.media.get(address)?.host === undefined) throw new Error('out of reach');
    const near = this.#air.knock(address, this.address);
    return near;
  }

  incoming(stream: TestStream): void {
    this.host!.accept(stream).catch(() => {});
  }

  async stop(): Promise<void> {
    this.host = undefined;
  }
}

export class TestStream implements ByteStream {
  readonly address: string;
  readonly initiator: boolean;
  /** Taken over by `join`. */
  other!: TestStream;
  sentBytes = 0;
  isClosed = false;
  /** Nothing that is sent arrives any more, and nobody is told. */
  isSilent = false;
  readonly #air: TestAir;
  #cutAfter = { bytes: Number.POSITIVE_INFINITY };
  #handlers: ByteStreamHandlers | undefined;
  /** What came before `start`. */
  #early: (() => void)[] = [];
  #underWay = 0;
  #wantsDrain = false;
  #busyUntilMs = 0;
  /** What reaches the other end, in order: timers of the real clock alone would shuffle it. */
  readonly #line: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(air: TestAir, address: string, initiator: boolean) {
    this.#air = air;
    this.address = address;
    this.initiator = initiator;
  }

  join(other: TestStream, cutAfterBytes: number): void {
    this.other = other;
    other.other = this;
    this.#cutAfter = { bytes: cutAfterBytes };
    other.#cutAfter = this.#cutAfter;
  }

  start(handlers: ByteStreamHandlers): void {
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    this.#air.clock.after(0, () => {
      for (const run of early) run();
    });
  }

  send(bytes: Uint8Array): boolean {
    if (this.isClosed) return false;
    this.sentBytes += bytes.length;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      this.#sendPiece(bytes.slice(at, at + pieceBytes));
    }
    this.#wantsDrain = this.#underWay >= this.#air.shape.windowBytes;
    return !this.#wantsDrain;
  }

  close(reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#air.clock.after(0, () => this.#tell(() => this.#handlers!.onClose(reason)));
    this.#put(0, () => {
      if (!this.isSilent) this.other.#lost('closed by the other end');
    });
  }

  /** The connection is gone for both. */
  cut(): void {
    this.#lost('cut');
    this.other.#lost('cut');
  }

  #sendPiece(piece: Uint8Array): void {
    this.#underWay += piece.length;
    this.#put((piece.length / this.#air.shape.bytesPerSecond) * 1000, () => this.#arrive(piece));
  }

  #put(sendMs: number, run: () => void): void {
    const { clock, shape } = this.#air;
    this.#busyUntilMs = Math.max(this.#busyUntilMs, clock.monotonicMs()) + sendMs;
    this.#line.push({ atMs: this.#busyUntilMs + shape.latencyMs, run });
    if (this.#line.length === 1) this.#waitForFirst();
  }

  #waitForFirst(): void {
    const [first] = this.#line;
    if (first === undefined) return;
    const { clock } = this.#air;
    clock.after(first.atMs - clock.monotonicMs(), () => {
      const nowMs = clock.monotonicMs();
      do this.#line.shift()!.run();
      while ((this.#line[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs);
      this.#waitForFirst();
    });
  }

  #arrive(piece: Uint8Array): void {
    if (this.isSilent) return;
    this.#cutAfter.bytes -= piece.length;
    const whole = this.#cutAfter.bytes >= 0;
    const bytes = whole
      ? piece
      : piece.subarray(0, Math.max(0, piece.length + this.#cutAfter.bytes));
    if (bytes.length > 0 && !this.other.isClosed) {
      this.other.#tell(() => this.other.#handlers!.onBytes(bytes));
    }
    if (!whole) this.cut();
    this.#underWay -= piece.length;
    if (!this.#wantsDrain || this.#underWay >= this.#air.shape.windowBytes) return;
    this.#wantsDrain = false;
    if (!this.isClosed) this.#tell(() => this.#handlers!.onDrain());
  }

  #lost(reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#tell(() => this.#handlers!.onClose(reason));
  }

  #tell(run: () => void): void {
    if (this.#handlers === undefined) this.#early.push(run);
    else run();
  }
}
