/**
 * The media that a transport carries links on beside its sockets: what each is given, told and
 * asked. Before step 4 of a message's way. Whom to dial a medium decides by itself, from what it
 * hears on air and from who is connected.
 */
import type { Connection } from '@libp2p/interface';
import type { ByteStream, Clock, ConnectedPeer, Logger, Medium, MediumHost } from '@muster/core';
import { mediumLimits } from './constants.ts';
import type { InboundGate } from './inbound-gate.ts';
import { MediumTransport, mediumAddress } from './medium-transport.ts';
import { nodeKeyOf } from './peer-key.ts';
import { type QuietNode, silentLogger } from './quiet-node.ts';
import { shut } from './stream-link.ts';

export interface MediaOptions {
  readonly media: readonly Medium[];
  readonly gate: InboundGate;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly peers: () => readonly ConnectedPeer[];
}

export class Media {
  readonly transports: readonly MediumTransport[];
  readonly #options: MediaOptions;
  readonly #stopping = new AbortController();
  readonly #started: Medium[] = [];
  #tells = false;

  constructor(options: MediaOptions) {
    this.#options = options;
    this.transports = options.media.map((medium) => new MediumTransport(medium, silentLogger));
  }

  async start(quiet: QuietNode): Promise<void> {
    const { media } = this.#options;
    await Promise.all(media.map((medium, i) => this.#start(medium, this.transports[i]!, quiet)));
  }

  /** A radio that is broken takes nobody off the LAN. */
  async #start(medium: Medium, transport: MediumTransport, quiet: QuietNode): Promise<void> {
    this.#started.push(medium);
    try {
      await medium.start(this.#hostOf(medium, transport, quiet));
    } catch (error) {
      const fields = { medium: medium.name, error: String(error) };
      this.#options.logger.error('a medium did not start', fields);
    }
  }

  /** Who is connected, or how well, has changed: the media hear of it once a turn. */
  tell(): void {
    if (this.#tells) return;
    this.#tells = true;
    queueMicrotask(() => {
      this.#tells = false;
      if (this.#stopping.signal.aborted) return;
      for (const medium of this.#started) medium.onPeers();
    });
  }

  /** Ends dials and handshakes. */
  abort(): void {
    this.#stopping.abort();
  }

  async stop(): Promise<void> {
    this.abort();
    await Promise.all(this.#started.map((medium) => medium.stop()));
  }

  #hostOf(medium: Medium, transport: MediumTransport, quiet: QuietNode): MediumHost {
    const { gate, clock, peers } = this.#options;
    const { signal } = this.#stopping;
    return {
      peers,
      async accept(stream: ByteStream) {
        const connection = await transport.accept(stream, quiet.upgrader, signal);
        const peer = gate.provenBy(connection);
        return requireKey(peer && nodeKeyOf(peer));
      },
      async dial(address: string) {
        const dialled = mediumAddress(medium, address);
        const connection = await within(clock, signal, (inTime) =>
          quiet.transportManager.dial(dialled, { signal: inTime }),
        );
        return keyOrShut(connection);
      },
    };
  }
}

/** Runs with a signal that says when the handshake's time is over, or the outer one is. */
async function within<T>(
  clock: Clock,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const attempt = new AbortController();
  const abort = (): void => attempt.abort(new Error('nobody answered in time'));
  const timer = clock.after(mediumLimits.handshakeMsMax, abort);
  outer.addEventListener('abort', abort);
  try {
    return await run(attempt.signal);
  } finally {
    timer.cancel();
    outer.removeEventListener('abort', abort);
  }
}

function keyOrShut(connection: Connection): Uint8Array {
  const nodeKey = nodeKeyOf(connection.remotePeer);
  if (nodeKey === undefined) void shut(connection);
  return requireKey(nodeKey);
}

function requireKey(nodeKey: Uint8Array | undefined): Uint8Array {
  if (nodeKey === undefined) throw new Error('the peer has no Ed25519 key');
  return nodeKey;
}
