/**
 * MQTT to channel: step 1 for what cannot sign. A publish becomes a message that the gateway signs
 * on its client's behalf and says so; its client gets the acknowledgement once that is on disk. A
 * repeat is acknowledged and not signed again; a fault is told on the client's errors topic.
 */
import type { OwnAuthor } from '@muster/agent';
import {
  BundleKind,
  bundleLimits,
  bytesKey,
  type Clock,
  type Crypto,
  encodeMessage,
  fromBase64url,
  Lane,
  type NodeApi,
  Scope,
  urgentLimits,
} from '@muster/core';
import type { ClientPublish, PublishVerdict } from '../hooks.ts';
import { ClientLines } from './client-lines.ts';
import { type Draft, type Received, readDraft } from './draft.ts';
import { faultOf, type PublishFault, passing } from './fault.ts';
import { channelLimits } from './limits.ts';
import { publishRef } from './publish-ref.ts';
import { RecentRefs } from './recent-refs.ts';
import type { ShownChannel } from './shown-channels.ts';

export interface ChannelInletOptions {
  readonly node: Pick<NodeApi, 'knows' | 'ofKind' | 'since'>;
  readonly author: OwnAuthor;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** Tells the client why its publish became no message. */
  report(publish: ClientPublish, fault: PublishFault, id: string | undefined): void;
}

export interface InletCounters {
  taken: number;
  repeated: number;
  refused: number;
}

type Done = (verdict: PublishVerdict) => void;

interface Entering {
  readonly publish: ClientPublish;
  readonly draft: Draft;
  readonly payload: Uint8Array;
  readonly ref: Uint8Array;
  readonly tag: Uint8Array;
  readonly lane: Lane;
}

export class ChannelInlet {
  readonly counters: InletCounters = { taken: 0, repeated: 0, refused: 0 };
  readonly #options: ChannelInletOptions;
  readonly #lines: ClientLines;
  readonly #refs = new RecentRefs();
  /** Publishes on their way to the disk, with those who wait for the same answer. */
  readonly #entering = new Map<string, Done[]>();

  constructor(options: ChannelInletOptions) {
    this.#options = options;
    this.#lines = new ClientLines(options.clock);
  }

  start(): void {
    this.#refs.readBack(this.#options.node, this.#options.author.key);
  }

  stop(): void {
    this.#lines.stop();
  }

  /** `isUrgent`: it came on the topic that only clients with that grant may write. */
  take(
    publish: ClientPublish,
    to: { readonly channel: ShownChannel; readonly isUrgent: boolean },
    done: Done,
  ): void {
    const read = readDraft(publish.payload);
    if (!read.ok) this.#refuse({ publish, done }, read.reason);
    else if ('receivedId' in read.value) this.#takeReceived(publish, read.value, done);
    else this.#takeDraft(publish, { ...to, draft: read.value }, done);
  }

  /** A fault that lies before the channel, such as its topic. */
  refuse(publish: ClientPublish, fault: PublishFault, done: Done): void {
    this.#refuse({ publish, done }, fault);
  }

  #takeReceived(publish: ClientPublish, { receivedId }: Received, done: Done): void {
    if (this.#isBundle(receivedId)) this.#acknowledgeRepeat(done);
    else this.#refuse({ publish, done, id: receivedId }, 'received-unknown');
  }

  #takeDraft(
    publish: ClientPublish,
    what: { readonly channel: ShownChannel; readonly isUrgent: boolean; readonly draft: Draft },
    done: Done,
  ): void {
    const { crypto } = this.#options;
    const { channel, isUrgent, draft } = what;
    const { tag } = channel;
    const client = publish.client.name;
    const ref = publishRef(crypto, publish, { tag, id: draft.id });
    const via = { kind: 'mqtt', client, ref } as const;
    const payload = encodeMessage({ name: draft.name ?? client, text: draft.text, via });
    const bytesMax = isUrgent ? urgentLimits.payloadBytesMax : bundleLimits.payloadBytesMax;
    if (payload.length > bytesMax) {
      this.#refuse({ publish, done, id: draft.id }, 'too-large');
      return;
    }
    // Without an own id only a marked repeat is one: two equal messages are two messages.
    const mayRepeat = draft.id !== undefined || publish.dup;
    if (mayRepeat && this.#isRepeat(ref, draft.id, done)) return;
    const lane = isUrgent ? Lane.urgent : draft.lane;
    this.#enter({ publish, draft, payload, ref, tag, lane }, done);
  }

  #isRepeat(ref: Uint8Array, id: string | undefined, done: Done): boolean {
    const waiting = this.#entering.get(bytesKey(ref));
    if (waiting) {
      const isTold = waiting.length < channelLimits.repeatsMax;
      if (isTold) waiting.push(done);
      else done({ refused: 'too-many-waiting' });
      return true;
    }
    if (!this.#refs.has(ref) && !(id !== undefined && this.#isBundle(id))) return false;
    this.#acknowledgeRepeat(done);
    return true;
  }

  #enter(entering: Entering, done: Done): void {
    const { publish, draft, ref } = entering;
    const key = bytesKey(ref);
    const waiting: Done[] = [done];
    this.#entering.set(key, waiting);
    let isOver = false;
    const end = (fault?: PublishFault): void => {
      // The gateway stopped while it was on its way: nobody waits for its answer any more.
      if (isOver) return;
      isOver = true;
      if (this.#entering.get(key) === waiting) this.#entering.delete(key);
      this.counters.repeated += waiting.length - 1;
      const [first, ...repeats] = waiting;
      if (fault) this.#refuse({ publish, done: first!, id: draft.id }, fault);
      else this.#acknowledge(ref, first!);
      for (const repeat of repeats) repeat(fault ? verdictOf(fault) : 'taken');
    };
    this.#lines.add(publish.client.name, {
      run: (onEnd) =>
        this.#write(entering, (fault) => {
          const isPassing = fault !== undefined && passing.has(fault);
          if (!isPassing) end(fault);
          onEnd(isPassing ? fault : undefined);
        }),
      giveUp: end,
    });
  }

  #write({ draft, payload, tag, lane }: Entering, onEnd: (fault?: PublishFault) => void): void {
    const scope = draft.stayLocal ? Scope.site : Scope.anywhere;
    const own = { kind: BundleKind.message, tag, payload, lane, scope };
    this.#options.author.write(own, (answer) =>
      onEnd(answer.ok ? undefined : faultOf(answer.reason)),
    );
  }

  #acknowledge(ref: Uint8Array, done: Done): void {
    this.#refs.add(ref);
    this.counters.taken += 1;
    done('taken');
  }

  #acknowledgeRepeat(done: Done): void {
    this.counters.repeated += 1;
    done('taken');
  }

  #refuse(
    who: { readonly publish: ClientPublish; readonly done: Done; readonly id?: string | undefined },
    fault: PublishFault,
  ): void {
    this.counters.refused += 1;
    this.#options.report(who.publish, fault, who.id);
    who.done(verdictOf(fault));
  }

  #isBundle(id: string): boolean {
    const bytes = fromBase64url(id);
    return bytes?.length === 32 && this.#options.node.knows(bytes);
  }
}

/** What passes is left unacknowledged, so that nothing that was acknowledged is lost. */
function verdictOf(fault: PublishFault): PublishVerdict {
  return passing.has(fault) ? { refused: fault } : 'taken';
}
