/**
 * What one credential may read and write: lists of topic filters, deny by default. Asked for every
 * packet, so the last answer is remembered. `$SYS` is granted to nobody: aedes uses it for itself.
 */
import { TopicFilter } from './topic-filter.ts';

/** Topic filters (MQTT 3.1.1, 4.7). */
export interface GrantLists {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

export class Grants {
  readonly lists: GrantLists;
  readonly #read: readonly TopicFilter[];
  readonly #write: readonly TopicFilter[];
  #lastRead = { topic: '', granted: false };
  #lastWrite = { topic: '', granted: false };

  constructor(lists: GrantLists) {
    this.lists = lists;
    this.#read = lists.read.map((text) => new TopicFilter(text));
    this.#write = lists.write.map((text) => new TopicFilter(text));
  }

  mayRead(topic: string): boolean {
    if (this.#lastRead.topic !== topic) {
      this.#lastRead = { topic, granted: isGranted(this.#read, topic) };
    }
    return this.#lastRead.granted;
  }

  mayWrite(topic: string): boolean {
    if (this.#lastWrite.topic !== topic) {
      this.#lastWrite = { topic, granted: isGranted(this.#write, topic) };
    }
    return this.#lastWrite.granted;
  }

  /** Only a filter that lies inside a granted one as a whole. */
  maySubscribe(filter: string): boolean {
    return isGranted(this.#read, filter);
  }
}

function isGranted(filters: readonly TopicFilter[], asked: string): boolean {
  return !isReserved(asked) && filters.some((filter) => filter.contains(asked));
}

export function isReserved(topic: string): boolean {
  return topic === '$SYS' || topic.startsWith('$SYS/');
}
