/**
 * Lets connections in that others open, gives their handshakes a time limit, and notes whom these
 * proved. Before step 4 of a message's way; who is a neighbour is decided behind it.
 */
import type { ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface';
import type { Clock } from '@muster/core';
import { type Admission, type InboundLimits, mediumBounds } from './inbound-limits.ts';
import { hostOf, type LinkMedia, socketMedium } from './link-medium.ts';

export interface InboundGateOptions {
  readonly limits: InboundLimits;
  readonly media: LinkMedia;
  readonly clock: Clock;
}

export class InboundGate implements ConnectionGater {
  readonly #options: InboundGateOptions;
  readonly #admissions = new WeakMap<MultiaddrConnection, Admission>();
  readonly #proven = new WeakMap<MultiaddrConnection, PeerId>();

  constructor(options: InboundGateOptions) {
    this.#options = options;
  }

  /** Undefined until the handshake of this inbound connection is done. */
  provenBy(connection: MultiaddrConnection): PeerId | undefined {
    return this.#proven.get(connection);
  }

  /** The other end of this connection was no good neighbour. */
  noteStranger(connection: Pick<MultiaddrConnection, 'remoteAddr'>): void {
    this.#options.limits.noteStranger(this.#knocker(connection));
  }

  denyInboundConnection(connection: MultiaddrConnection): boolean {
    const { limits, media, clock } = this.#options;
    const medium = media.of(connection);
    const knocker = this.#knocker(connection);
    const admission =
      medium === socketMedium
        ? limits.admit(knocker)
        : limits.admit(knocker, mediumBounds, medium.name);
    if (admission === undefined) return true;
    const timer = clock.after(medium.handshakeMsMax, () => {
      connection.abort(new Error('the handshake took too long'));
    });
    const place: Admission = {
      finished() {
        timer.cancel();
        admission.finished();
      },
      gone() {
        timer.cancel();
        admission.gone();
      },
    };
    this.#admissions.set(connection, place);
    connection.addEventListener('close', () => place.gone());
    if (connection.status !== 'open') place.gone();
    return false;
  }

  denyInboundUpgradedConnection(peer: PeerId, connection: MultiaddrConnection): boolean {
    this.#admissions.get(connection)?.finished();
    this.#proven.set(connection, peer);
    return false;
  }

  /**
   * Who is remembered as a stranger: an IP address, or the address of a device, never a medium as a
   * whole, or one stranger would keep every neighbour away.
   */
  #knocker(connection: Pick<MultiaddrConnection, 'remoteAddr'>): string {
    const medium = this.#options.media.of(connection);
    const address = hostOf(connection);
    return medium === socketMedium ? address : `/${medium.name}/${address}`;
  }
}
