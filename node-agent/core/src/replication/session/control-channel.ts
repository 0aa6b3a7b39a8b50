/**
 * What two neighbours say to each other besides bundles (step 4 of a message's way): the path to
 * the root of the base tree, whom the site trusts, who has links with whom, and whether bulk is
 * wanted. It shares streams with lanes, goes before them, and is paid for from a budget of its own.
 * How much of it a neighbour is told depends on whether it is believed.
 */
import { Lane } from '../../bundle/bundle.ts';
import { backlogStream, liveStream } from '../frames/frame.ts';
import type { SiteDocument } from '../host.ts';
import type { Mesh, Neighbour, Verdict } from '../mesh.ts';
import { MessageType } from '../messages/message-type.ts';
import type { LinksDigest, NodeNumber } from '../messages/node-links.ts';
import { decodePath, encodePath, type TreePath } from '../messages/path-message.ts';
import { LinksExchange } from './links-exchange.ts';
import { TrustExchange } from './trust-exchange.ts';

/** Hello, path and bye, which go before all else, and the summaries of trust. */
export const controlStream = liveStream(Lane.urgent);
/** Documents may be long: they go beside what is urgent, and before everything else. */
const documentStream = backlogStream(Lane.urgent);
const linksStream = liveStream(Lane.normal);

/**
 * What is told: to a stranger only what is said outright; to somebody who is shut out, as far as is
 * known here, the summaries besides, because it may bring the word that this was done wrongly.
 */
export type Audience = 'stranger' | 'shut-out' | 'member';

export interface ControlEvents {
  readonly onPath: (path: TreePath) => void;
  readonly onAskBulk: () => void;
}

export class ControlChannel {
  audience: Audience = 'stranger';
  readonly #mesh: Mesh;
  readonly #neighbour: Neighbour;
  readonly #events: ControlEvents;
  readonly #trust: TrustExchange;
  readonly #links: LinksExchange;
  readonly #said: Uint8Array[] = [];

  constructor(mesh: Mesh, neighbour: Neighbour, events: ControlEvents) {
    this.#mesh = mesh;
    this.#neighbour = neighbour;
    this.#events = events;
    this.#trust = new TrustExchange(mesh, () => this.#wake());
    this.#links = new LinksExchange(mesh, neighbour, () => neighbour.wake(Lane.normal, false));
  }

  stop(): void {
    this.#links.stop();
  }

  /** Goes before everything else, to whomever it is. */
  say(message: Uint8Array): void {
    this.#said.push(message);
    this.#wake();
  }

  tellPath(path: TreePath): void {
    this.say(encodePath(path));
  }

  tellLinks(node: NodeNumber): void {
    this.#links.tell(node);
  }

  tellLinksDigest(digest: LinksDigest): void {
    this.#links.tellDigest(digest);
  }

  tellDocument(document: SiteDocument): void {
    this.#trust.tell(document);
  }

  /** Compares what both ends know of whom the site trusts. */
  compareTrust(): void {
    this.#trust.compare();
  }

  /** The next message for a stream, if it is this channel's turn there. */
  pull(stream: number): Uint8Array | undefined {
    if (stream === controlStream) return this.#said.shift() ?? this.#pullSummary();
    if (this.audience !== 'member') return undefined;
    if (stream === documentStream) return this.#trust.pullDocument();
    return stream === linksStream ? this.#links.pull() : undefined;
  }

  #pullSummary(): Uint8Array | undefined {
    return this.audience === 'stranger' ? undefined : this.#trust.pullSummary();
  }

  /** What a member says. */
  onMessage(message: Uint8Array): Verdict {
    switch (message[0]) {
      case MessageType.path:
        return this.#onPath(message);
      case MessageType.askBulk:
        return this.#onAskBulk(message);
      case MessageType.trustSummary:
        return this.#onSummary(message);
      case MessageType.trustDocument:
        return this.#trust.onDocument(message);
      default:
        return this.#spend(message) ? this.#links.onMessage(message) : 'misbehaving';
    }
  }

  /** Of somebody who is shut out only what may change that counts; the rest is passed over. */
  onLastWords(message: Uint8Array): Verdict {
    if (message[0] === MessageType.trustSummary) return this.#onSummary(message);
    if (message[0] === MessageType.trustDocument) return this.#trust.onDocument(message);
    return undefined;
  }

  #onPath(message: Uint8Array): Verdict {
    const path = decodePath(message, this.#neighbour.key);
    if (path === undefined) return 'malformed';
    if (!this.#spend(message)) return 'misbehaving';
    this.#events.onPath(path);
    return undefined;
  }

  #onAskBulk(message: Uint8Array): Verdict {
    if (message.length !== 1) return 'malformed';
    if (!this.#spend(message)) return 'misbehaving';
    this.#events.onAskBulk();
    return undefined;
  }

  #onSummary(message: Uint8Array): Verdict {
    return this.#spend(message) ? this.#trust.onSummary(message) : 'misbehaving';
  }

  #spend(message: Uint8Array): boolean {
    return this.#neighbour.budget.spendControl(message.length, this.#mesh.clock.monotonicMs());
  }

  #wake(): void {
    this.#neighbour.wake(Lane.urgent, true);
  }
}

/** Whether a message of this type on this stream is one of the control channel's. */
export function isControl(stream: number, type: number | undefined): boolean {
  switch (type) {
    case MessageType.path:
    case MessageType.trustSummary:
    case MessageType.askBulk:
      return stream === controlStream;
    case MessageType.trustDocument:
      return stream === documentStream;
    case MessageType.links:
    case MessageType.linksDigest:
      return stream === linksStream;
    default:
      return false;
  }
}
