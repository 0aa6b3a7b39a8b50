/**
 * Fuzz target: topic filters and names of MQTT (3.1.1, 4.7) as grants and subscriptions use them
 * (step 6). Input: a granted filter, the asked one and a name, a line each. Held against a plain
 * matcher: what is granted as a whole lets through nothing that the grant does not.
 */

import {
  channelLevel,
  channelOfTopic,
  channelTopic,
  Grants,
  isTopic,
  isTopicFilter,
  TopicFilter,
  topicLevel,
} from '@muster/gateway/parsers';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { inputsOf, textOf, wordsOf } from './seeds.ts';

/** Names of sites, channels and clients are shorter. */
const nameCharsMax = 256;

export function createMqttTopicTarget(): FuzzTarget {
  return {
    name: 'mqtt-topic',
    seeds: () =>
      inputsOf(
        'rooms/#\nrooms/kitchen/+\nrooms/kitchen/light',
        'rooms/+/light\nrooms/hall/light\nnews',
        '#\n+/x/#\n$SYS/x',
        '+\n/\nnews@harbour',
        '$app/#\n$app/+\n\u00e9t\u00e9/%+#',
        'a/+/#\na\na//b/',
        '/#\n//\n@',
      ),
    dictionary: wordsOf('/', '#', '+', '$SYS', '$', '/+', '/#', '//', '\0', '@', '%2F'),
    run: runTopics,
  };
}

function runTopics(input: Uint8Array): FuzzVerdict {
  const [granted = '', asked = '', name = ''] = textOf(input).split('\n');
  checkName(name.slice(0, nameCharsMax));
  const areFilters = isTopicFilter(granted) && isTopicFilter(asked);
  if (isTopicFilter(granted) !== isFilter(granted))
    broken('a filter that is none, or none that is');
  if (!areFilters) return 'filter-wrong';
  const contains = new TopicFilter(granted).contains(asked);
  const examples = examplesOf(asked);
  if (contains && !examples.every((topic) => matches(granted, topic))) broken('not contained');
  if (isTopic(asked) && contains !== matches(granted, asked))
    broken('a topic is matched otherwise');
  const grants = new Grants({ read: [granted], write: [] });
  if (grants.maySubscribe(asked) && asked.split('/')[0] === '$SYS') broken('$SYS is granted');
  if (grants.mayWrite(asked)) broken('written without a grant');
  return contains;
}

/** A name of a site, channel or client is one level, whatever stands in it. */
function checkName(name: string): void {
  for (const level of [topicLevel(name), channelLevel(name)]) {
    if (level === '') continue;
    if (/[/+#\0]/.test(level)) broken('a name ends its level');
    const topic = channelTopic('camp', level, 'urgent');
    const found = channelOfTopic('camp', topic);
    if (found?.level !== level || found.end !== 'urgent') broken('a channel is not found again');
  }
}

function isFilter(text: string): boolean {
  const levels = text.split('/');
  const fits = text !== '' && Buffer.byteLength(text) <= 256 && levels.length <= 16;
  const last = levels.length - 1;
  return (
    fits &&
    !text.includes('\0') &&
    levels.every((level, at) => /^([^+#]*|\+)$/s.test(level) || (level === '#' && at === last))
  );
}

function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  return levelsMatch(filter.split('/'), topic.split('/'));
}

function levelsMatch([first, ...filter]: readonly string[], topic: readonly string[]): boolean {
  if (first === undefined) return topic.length === 0;
  if (first === '#') return true;
  const [level, ...rest] = topic;
  return level !== undefined && (first === '+' || first === level) && levelsMatch(filter, rest);
}

/** Topics that the filter matches, strange ones among them. */
function examplesOf(filter: string): readonly string[] {
  const parts = ['x', '', '$SYS', 'kitchen'];
  const topics = parts.flatMap((part) => {
    const levels = filter.split('/').map((level) => (level === '+' ? part : level));
    if (levels.at(-1) !== '#') return [levels.join('/')];
    const above = levels.slice(0, -1);
    return [above, [...above, part], [...above, part, 'y']].map((one) => one.join('/'));
  });
  return topics.filter((topic) => matches(filter, topic));
}
