/** How much flows through a stream, or through packets as they are, one way at a time. */
import type { PacketCarrier } from '@muster/adapters/transport-ble';
import type { ByteStream } from '@muster/core';

/** As frames of the mesh are. */
const pieceBytes = 1_024;
const flowMsMax = 30_000;

/** An end of a stream that counts what comes. */
export class StreamEnd {
  bytes = 0;
  closed: string | undefined;
  onProgress: () => void = () => {};
  readonly stream: ByteStream;
  #onDrain: () => void = () => {};

  constructor(stream: ByteStream) {
    this.stream = stream;
    stream.start({
      onBytes: ({ length }) => {
        this.bytes += length;
        this.onProgress();
      },
      onDrain: () => this.#onDrain(),
      onClose: (reason) => {
        this.closed = reason;
        this.#onDrain();
        this.onProgress();
      },
    });
  }

  /** Sends as much as the stream takes, until all is sent or it closes. */
  async send(bytes: number): Promise<void> {
    for (let sent = 0; sent < bytes && this.closed === undefined; ) {
      const length = Math.min(pieceBytes, bytes - sent);
      sent += length;
      if (this.stream.send(new Uint8Array(length).fill(sent & 0xff))) continue;
      await new Promise<void>((resolve) => {
        this.#onDrain = resolve;
      });
    }
  }
}

/** Bytes a second from one end to the other, to the last one's arrival. */
export async function streamFlow(from: StreamEnd, to: StreamEnd, bytes: number): Promise<number> {
  const beginMs = performance.now();
  const before = to.bytes;
  const all = limited(`${bytes} bytes of a stream`, (done) => {
    to.onProgress = () => {
      if (to.bytes - before >= bytes || to.closed !== undefined) done();
    };
  });
  await Promise.all([from.send(bytes), all]);
  if (to.closed !== undefined) throw new Error(`the stream closed: ${to.closed}`);
  return ((to.bytes - before) * 1_000) / (performance.now() - beginMs);
}

/** Bytes a second through carriers that nobody has started yet, in packets of that size. */
export async function packetFlow(
  from: PacketCarrier,
  to: PacketCarrier,
  { bytes, packetBytes }: { readonly bytes: number; readonly packetBytes: number },
): Promise<number> {
  let onDrain = (): void => {};
  let came = 0;
  let closed: string | undefined;
  const nothing = { onPacket() {}, onDrain() {}, onClose() {} };
  const beginMs = performance.now();
  const all = limited(`${bytes} bytes in packets`, (done) => {
    const onClose = (reason: string): void => {
      closed = reason;
      onDrain();
      done();
    };
    const onPacket = ({ length }: Uint8Array): void => {
      came += length;
      if (came >= bytes) done();
    };
    to.start({ ...nothing, onPacket, onClose });
    from.start({ ...nothing, onDrain: () => onDrain(), onClose });
  });
  for (let sent = 0; sent < bytes && closed === undefined; sent += packetBytes) {
    if (from.send(new Uint8Array(packetBytes))) continue;
    await new Promise<void>((resolve) => {
      onDrain = resolve;
    });
  }
  await all;
  if (closed !== undefined) throw new Error(`the carrier closed: ${closed}`);
  return (came * 1_000) / (performance.now() - beginMs);
}

function limited(what: string, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not in time: ${what}`)), flowMsMax);
    begin(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
