/**
 * What the libp2p stack needs before it can be trusted with strangers and slow boxes: one write a
 * message, bounded buffers, sockets that really close, credit in portions. Below step 4 of a
 * message's way. It reaches into the library where no option exists, always behind a check, so
 * that a new version without the part is merely slower; the wire test notices.
 */
import { Socket } from 'node:net';
import type { MessageStream, Stream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface';
import { silenceLimits, stackLimits } from './constants.ts';

/** The bytes of a Uint8ArrayList, which the library hands from layer to layer. */
interface ByteList extends Iterable<Uint8Array> {
  readonly byteLength: number;
  subarray(): Uint8Array;
}

interface RawConnection extends MessageStream {
  readonly socket?: unknown;
  readonly websocket?: { close(code?: number): void; terminate?(): void };
  sendData(data: ByteList): { sentBytes: number; canSendMore: boolean };
  sendReset(error: Error): void;
}

/** Called with each connection before its handshake, by either side. */
export function careForConnection(connection: MessageStream): void {
  const raw = connection as RawConnection;
  raw.maxReadBufferLength = stackLimits.readBufferBytesMax;
  raw.maxWriteBufferLength = stackLimits.writeBufferBytesMax;
  if (raw.socket instanceof Socket) careForSocket(raw, raw.socket);
  if (raw.websocket !== undefined) careForWebSocket(raw, raw.websocket);
}

function careForSocket(raw: RawConnection, socket: Socket): void {
  socket.setKeepAlive(true, silenceLimits.kernelKeepAliveMs);
  // The library gives up a connection that is idle for two minutes; ours may well be.
  socket.setTimeout(0);
  raw.sendData = (data) => ({ sentBytes: data.byteLength, canSendMore: writeAtOnce(socket, data) });
}

/** From here on joining the pieces costs more than gathering them in the kernel. */
const gatherBytesMin = 8192;

/** One write for the whole message: its pieces one by one would be a packet each. */
function writeAtOnce(socket: Socket, data: ByteList): boolean {
  if (data.byteLength < gatherBytesMin) return socket.write(data.subarray());
  let canSendMore = true;
  socket.cork();
  for (const piece of data) canSendMore = socket.write(piece);
  socket.uncork();
  return canSendMore;
}

function careForWebSocket(raw: RawConnection, websocket: RawConnection['websocket'] & {}): void {
  // The library resets with a code that the standard forbids, which leaves the socket open.
  raw.sendReset = () => {
    if (websocket.terminate !== undefined) websocket.terminate();
    else websocket.close();
  };
}

interface MuxerInnards {
  onData(data: unknown): void;
  readonly decoder?: { readonly buffer?: { readonly byteLength: number } };
}

/** The muxer with bounded buffers: Yamux alone waits for whatever length a frame declares. */
export function boundMuxer(factory: StreamMuxerFactory): StreamMuxerFactory {
  return {
    protocol: factory.protocol,
    createStreamMuxer(connection) {
      connection.maxReadBufferLength = stackLimits.readBufferBytesMax;
      connection.maxWriteBufferLength = stackLimits.writeBufferBytesMax;
      const muxer = factory.createStreamMuxer(connection);
      const inner = muxer as StreamMuxer & Partial<MuxerInnards>;
      const onData = inner.onData?.bind(muxer);
      if (onData === undefined) return muxer;
      inner.onData = (data) => {
        onData(data);
        const partialBytes = inner.decoder?.buffer?.byteLength ?? 0;
        // Whoever throws here is disconnected by the library.
        if (partialBytes > stackLimits.partialFrameBytesMax) throw new Error('frame too long');
      };
      return muxer;
    },
  };
}

interface StreamInnards {
  recvWindow: number;
  recvWindowCapacity: number;
  sendWindowUpdate(): void;
  handleWindowUpdate(frame: unknown): void;
}

/** Credit is a sign of life: on a slow wire an answer may wait behind much that is under way. */
export function onCredit(stream: Stream, run: () => void): void {
  const inner = stream as Stream & Partial<StreamInnards>;
  const handle = inner.handleWindowUpdate?.bind(stream);
  if (handle === undefined) return;
  inner.handleWindowUpdate = (frame) => {
    run();
    handle(frame);
  };
}

/** Yamux answers each frame with a window update; half a window at a time does as well. */
export function giveCreditInPortions(stream: Stream): void {
  const inner = stream as Stream & Partial<StreamInnards>;
  const update = inner.sendWindowUpdate?.bind(stream);
  if (update === undefined || typeof inner.recvWindowCapacity !== 'number') return;
  inner.sendWindowUpdate = () => {
    const owed = inner.recvWindow! - inner.recvWindowCapacity!;
    if (owed >= stackLimits.windowUpdateBytes) update();
  };
}
