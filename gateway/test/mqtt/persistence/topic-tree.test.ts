/** Wildcards as in MQTT 3.1.1, section 4.7, both ways, and against a plain reading of the rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { TopicTree } from '../../../src/mqtt/persistence/topic-tree.ts';

/** The rules, level by level. */
function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}

const cases: readonly [filter: string, topic: string, expected: boolean][] = [
  ['sport/#', 'sport', true],
  ['sport/#', 'sports', false],
  ['#', '/', true],
  ['+', 'a', true],
  ['+', '/a', false],
  ['+/+', '/a', true],
  ['/+', '/a', true],
  ['a/+/b', 'a//b', true],
  ['#', '$SYS/a', false],
  ['+/a', '$SYS/a', false],
  ['$SYS/#', '$SYS/a', true],
  ['a/$b', 'a/$b', true],
  ['a/#', 'a/$b', true],
  ['__proto__/+', '__proto__/constructor', true],
];

test('the examples of the specification', () => {
  for (const [filter, topic, expected] of cases) {
    const filters = new TopicTree<string>();
    filters.set(filter, filter);
    assert.equal(filters.matching(topic).length === 1, expected, `${filter} ${topic}`);
    const topics = new TopicTree<string>();
    topics.set(topic, topic);
    assert.equal(topics.under(filter).length === 1, expected, `${filter} ${topic}`);
    assert.equal(matches(filter, topic), expected, `${filter} ${topic}`);
  }
});

const seed = Number(process.env.SEED ?? 1);

test(`random topics and filters, added and removed (SEED=${seed})`, () => {
  const random = new SeededRandom(seed);
  const words = ['a', 'b', '', '$s', 'toString'];
  const word = () => words[intBelow(random, words.length)]!;
  const topicOf = () => Array.from({ length: 1 + intBelow(random, 4) }, word).join('/');
  const filterOf = () => {
    const levels = topicOf()
      .split('/')
      .map((level) => (intBelow(random, 3) === 0 ? '+' : level));
    return intBelow(random, 3) === 0 ? [...levels, '#'].join('/') : levels.join('/');
  };
  const topics = new TopicTree<string>();
  const filters = new TopicTree<string>();
  const all = { topics: new Set<string>(), filters: new Set<string>() };
  for (let i = 0; i < 3_000; i++) {
    const topic = topicOf();
    const filter = filterOf();
    if (intBelow(random, 3) > 0) {
      topics.set(topic, topic);
      filters.set(filter, filter);
      all.topics.add(topic);
      all.filters.add(filter);
    } else {
      topics.delete(topic);
      filters.delete(filter);
      all.topics.delete(topic);
      all.filters.delete(filter);
    }
    assert.equal(topics.size, all.topics.size);
    if (i % 20 > 0) continue;
    const expectedTopics = [...all.topics].filter((one) => matches(filter, one));
    assert.deepEqual(topics.under(filter).sort(), expectedTopics.sort());
    const expectedFilters = [...all.filters].filter((one) => matches(one, topic));
    assert.deepEqual(filters.matching(topic).sort(), expectedFilters.sort());
  }
});
