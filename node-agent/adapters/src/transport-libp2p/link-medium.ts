/**
 * What a link takes over from the medium that carries it: how dear it is, how much may wait in it,
 * and how soon its silence means something. Step 4 of a message's way. Sockets are one medium
 * here, whatever their kind; every other is a Medium of the core.
 */
import type { MultiaddrConnection } from '@libp2p/interface';
import { type CostClass, costClasses, type Medium } from '@muster/core';
import {
  connectionLimits,
  frameLimits,
  lanSilence,
  mediumLimits,
  mediumSilence,
  type SilenceLimits,
} from './constants.ts';

export interface LinkMedium {
  readonly name: string;
  readonly costClass: CostClass;
  readonly maxFrameBytes: number;
  readonly windowBytes: number;
  readonly handshakeMsMax: number;
  /** From the end of the handshake to the link. */
  readonly streamWaitMs: number;
  readonly silence: SilenceLimits;
}

/** TCP and WebSocket. */
export const socketMedium: LinkMedium = {
  name: 'lan',
  costClass: 'lan',
  maxFrameBytes: frameLimits.maxFrameBytes,
  windowBytes: frameLimits.windowBytes,
  handshakeMsMax: connectionLimits.handshakeMsMax,
  streamWaitMs: connectionLimits.streamWaitMs,
  silence: lanSilence,
};

export function linkMediumOf(medium: Medium): LinkMedium {
  const { name, costClass, maxFrameBytes, windowBytes } = medium;
  const { handshakeMsMax, streamWaitMs } = mediumLimits;
  const frames = { maxFrameBytes, windowBytes };
  return { name, costClass, ...frames, handshakeMsMax, streamWaitMs, silence: mediumSilence };
}

/** So long after it was asked whoever lives has answered, or a connection has become a link. */
export function doubtMs({ silence }: LinkMedium): number {
  return silence.roundMs * silence.doubtRounds;
}

/** Below zero when `a` is the cheaper one. */
export function compareCost(a: LinkMedium, b: LinkMedium): number {
  return costClasses.indexOf(a.costClass) - costClasses.indexOf(b.costClass);
}

type Addressed = Pick<MultiaddrConnection, 'remoteAddr'>;

/** Which medium a connection runs on, by its address. */
export class LinkMedia {
  readonly #byProtocol: ReadonlyMap<string, LinkMedium>;

  constructor(media: readonly Medium[]) {
    this.#byProtocol = new Map(media.map((medium) => [medium.name, linkMediumOf(medium)]));
  }

  /** Sockets first. */
  get names(): readonly string[] {
    return [socketMedium.name, ...this.#byProtocol.keys()];
  }

  of(connection: Addressed): LinkMedium {
    const [first] = connection.remoteAddr.getComponents();
    return this.#byProtocol.get(first?.name ?? '') ?? socketMedium;
  }
}

/** The other end's IP address, or its address on another medium; empty where there is none. */
export function hostOf(connection: Addressed): string {
  const parts = connection.remoteAddr.getComponents();
  const host = parts.find(({ name }) => name === 'ip4' || name === 'ip6') ?? parts[0];
  return host?.value ?? '';
}
