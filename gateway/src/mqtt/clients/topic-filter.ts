/**
 * Topics and topic filters (MQTT 3.1.1, 4.7): whether they are well formed, what a filter matches,
 * and whether one filter lies inside another. A topic that begins with `$` is never matched by a
 * wildcard at its first level. Never takes a filter for granted that it cannot prove contained.
 */
import { mqttLimits } from '../limits.ts';

const { topicBytesMax, topicLevelsMax } = mqttLimits;

/** Levels are counted before anything is split. */
function hasFewLevels(text: string): boolean {
  let levels = 1;
  for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) levels += 1;
  return levels <= topicLevelsMax;
}

/** A topic name to publish to: 1 to 256 bytes, at most 16 levels, no wildcard, no U+0000. */
export function isTopic(text: string): boolean {
  if (text.length === 0 || !isPlain(text)) return false;
  return !text.includes('+') && !text.includes('#') && hasFewLevels(text);
}

/** `+` stands for a whole level, `#` for the last one with all below it. */
export function isTopicFilter(text: string): boolean {
  if (text.length === 0 || !isPlain(text) || !hasFewLevels(text)) return false;
  const levels = text.split('/');
  return levels.every((level, at) => {
    if (level === '#') return at === levels.length - 1;
    return level === '+' || !(level.includes('+') || level.includes('#'));
  });
}

function isPlain(text: string): boolean {
  return Buffer.byteLength(text) <= topicBytesMax && !text.includes('\0');
}

/** A filter that is taken apart once and asked often. */
export class TopicFilter {
  readonly text: string;
  readonly #levels: readonly string[];

  /** `text` has passed isTopicFilter. */
  constructor(text: string) {
    this.text = text;
    this.#levels = text.split('/');
  }

  /** Every topic that the other filter matches is matched by this one. A topic is a filter too. */
  contains(filter: string): boolean {
    const mine = this.#levels;
    const others = filter.split('/');
    if (filter.startsWith('$') && (mine[0] === '+' || mine[0] === '#')) return false;
    for (const [at, level] of mine.entries()) {
      if (level === '#') return true;
      const other = others[at];
      if (other === undefined || other === '#') return false;
      if (level !== '+' && level !== other) return false;
    }
    return mine.length === others.length;
  }
}
