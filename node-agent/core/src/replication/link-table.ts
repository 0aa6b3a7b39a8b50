/**
 * The links of a node, and how many of whom it keeps (step 4 of a message's way). Strangers, who
 * opened a link and have not shown a certificate yet, have few places of their own, so that they
 * keep no neighbour out.
 */
import { equalBytes } from '../bytes/compare.ts';
import type { Link } from '../ports/link.ts';
import { sessionLimits } from './limits.ts';
import { Runs } from './runs.ts';
import type { ReplicationSession } from './session/session.ts';

export class LinkTable {
  /** Oldest first. */
  readonly #sessions = new Set<ReplicationSession>();
  readonly #runs = new Runs();

  all(): ReplicationSession[] {
    return [...this.#sessions];
  }

  *used(): Iterable<ReplicationSession> {
    for (const session of this.#sessions) if (session.isUsed && session.isReady) yield session;
  }

  /** Links to one neighbour over which bundles may pass. */
  readyTo(key: Uint8Array): ReplicationSession[] {
    return this.all().filter((session) => session.isReady && equalBytes(session.key, key));
  }

  hasRoomFor(link: Link): boolean {
    let same = 0;
    let known = 0;
    for (const session of this.#sessions) {
      if (equalBytes(session.key, link.peerKey)) same += 1;
      if (!isStranger(session)) known += 1;
    }
    return known < sessionLimits.linksMax && same < sessionLimits.linksPerPeerMax;
  }

  /** Of too many strangers the one that waits for longest goes. */
  add(session: ReplicationSession): void {
    const strangers = isStranger(session) ? this.all().filter(isStranger) : [];
    if (strangers.length >= sessionLimits.strangersMax) strangers[0]!.end('too-many-links');
    this.#sessions.add(session);
  }

  delete(session: ReplicationSession): void {
    this.#sessions.delete(session);
  }

  /** The neighbour's hello holds: why the link has to end all the same, or undefined. */
  welcome(session: ReplicationSession, nowMs: number): 'cloned' | 'too-many-links' | undefined {
    const run = this.#runs.note(session.key, session.run, nowMs);
    if (run === 'second') return 'cloned';
    const ready = this.all().filter((other) => other.isReady);
    if (ready.length > sessionLimits.linksMax) return 'too-many-links';
    if (run === 'earlier') session.supersededMs = nowMs;
    for (const other of run === 'newest' ? this.readyTo(session.key) : []) {
      if (!equalBytes(other.run, session.run)) other.supersededMs ??= nowMs;
    }
    return undefined;
  }
}

/** Opened by the other end, which has not shown yet who it is. */
function isStranger({ isReady, link }: ReplicationSession): boolean {
  return !isReady && !link.initiator;
}
