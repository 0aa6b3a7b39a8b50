/**
 * What one session has to tell of nodes' links, and takes (step 4 of a message's way). Only names
 * wait here: what goes is what is known when there is room, so nothing is told that is outdated.
 */
import { Meter } from '../../bounds/meter.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { wayLimits } from '../limits.ts';
import type { Mesh, Verdict } from '../mesh.ts';
import { MessageType } from '../messages/message-type.ts';
import {
  decodeLinks,
  decodeLinksDigest,
  encodeLinks,
  encodeLinksDigest,
  encodeNodeLinks,
  type LinksDigest,
  type NodeNumber,
} from '../messages/node-links.ts';
import type { WayLink, Ways } from '../ways/ways.ts';

export class LinksExchange {
  readonly #ways: Ways;
  readonly #clock: Clock;
  readonly #link: WayLink;
  readonly #wake: () => void;
  readonly #told: Meter;
  #paceTimer: Timer | undefined;
  /** As many as are known at most. */
  readonly #telling = new Set<NodeNumber>();
  #digest: LinksDigest | undefined;

  constructor({ ways, clock }: Pick<Mesh, 'ways' | 'clock'>, link: WayLink, wake: () => void) {
    this.#ways = ways;
    this.#clock = clock;
    this.#told = new Meter(wayLimits.told, clock.monotonicMs());
    this.#link = link;
    this.#wake = wake;
  }

  stop(): void {
    this.#paceTimer?.cancel();
    this.#telling.clear();
  }

  tell(node: NodeNumber): void {
    this.#telling.add(node);
    this.#wake();
  }

  /** One digest waits, the last. A question asks for what an answer would bring, and more. */
  tellDigest(digest: LinksDigest): void {
    const isQuestion = digest.isQuestion || this.#digest?.isQuestion === true;
    this.#digest = { ...digest, isQuestion };
    this.#wake();
  }

  /** The next message. */
  pull(): Uint8Array | undefined {
    const digest = this.#digest;
    this.#digest = undefined;
    if (digest !== undefined) return encodeLinksDigest(digest);
    if (this.#telling.size === 0 || !this.#mayTell()) return undefined;
    const words = this.#words();
    return words.length > 0 ? encodeLinks(words) : undefined;
  }

  #mayTell(): boolean {
    if (this.#told.level(this.#clock.monotonicMs()) > 0) return true;
    this.#paceTimer ??= this.#clock.after(wayLimits.paceMs, () => {
      this.#paceTimer = undefined;
      this.#wake();
    });
    return false;
  }

  #words(): Uint8Array[] {
    const words: Uint8Array[] = [];
    let bytes = 0;
    for (const node of this.#telling) {
      if (bytes >= wayLimits.messageBytesMax) break;
      this.#telling.delete(node);
      const known = this.#ways.linksOf(node);
      if (known === undefined) continue;
      const word = encodeNodeLinks(known);
      words.push(word);
      bytes += word.length;
    }
    this.#told.spend(bytes, this.#clock.monotonicMs());
    return words;
  }

  onMessage(message: Uint8Array): Verdict {
    if (message[0] === MessageType.linksDigest) {
      const digest = decodeLinksDigest(message);
      if (digest === undefined) return 'malformed';
      this.#ways.onDigest(this.#link, digest);
      return undefined;
    }
    const told = decodeLinks(message);
    if (told === undefined) return 'malformed';
    for (const said of told) this.#ways.heard(this.#link, said);
    return undefined;
  }
}
