/** Topics and filters by the table, and containment against the matches it promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { Grants } from '../../../src/mqtt/clients/grants.ts';
import { isTopic, isTopicFilter, TopicFilter } from '../../../src/mqtt/clients/topic-filter.ts';

test('tells topics and filters that are well formed', () => {
  const names = ['a', 'a/b', '/', '/a', 'a//b', '$x', '__proto__', 'constructor/prototype'];
  for (const text of names) assert.ok(isTopic(text) && isTopicFilter(text), text);
  for (const text of ['#', '+', 'a/#', '+/b/+', '/+', '$SYS/#']) {
    assert.ok(!isTopic(text) && isTopicFilter(text), text);
  }
  const long = 'x'.repeat(257);
  const deep = 'a/'.repeat(16);
  for (const text of ['', 'a#', 'a+', '#/a', '+a/b', 'a/#/b', 'a\0b', long, deep]) {
    assert.ok(!isTopic(text) && !isTopicFilter(text), text);
  }
  assert.ok(isTopic('a/'.repeat(15)));
});

test('matches as MQTT 3.1.1 says', () => {
  const cases: [string, string, boolean][] = [
    ['#', 'a/b', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['a/#', 'a', true],
    ['a/#', 'ab', false],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['+', '/a', false],
    ['/+', '/a', true],
    ['a/+/c', 'a/b/c', true],
    ['a/b', 'a/b/c', false],
    ['__proto__', '__proto__', true],
  ];
  for (const [filter, topic, matches] of cases) {
    assert.equal(new TopicFilter(filter).contains(topic), matches, `${filter} over ${topic}`);
  }
});

test('one filter lies inside another only if every topic does', () => {
  const cases: [string, string, boolean][] = [
    ['#', '#', true],
    ['#', '+/+', true],
    ['+/#', '#', false],
    ['a/#', 'a/+/c', true],
    ['a/#', '+/b', false],
    ['a/+', 'a/#', false],
    ['a/+', 'a/+', true],
    ['a/b', 'a/+', false],
    ['#', '$SYS/#', false],
  ];
  for (const [granted, asked, inside] of cases) {
    assert.equal(new TopicFilter(granted).contains(asked), inside, `${granted} over ${asked}`);
  }
});

test('what is contained matches nothing that its container does not', () => {
  const seed = 20_261_121;
  const random = new SeededRandom(seed);
  const pick = (letters: readonly string[]) => {
    const levels = 1 + (random.bytes(1)[0]! % 3);
    return Array.from(random.bytes(levels), (byte) => letters[byte % letters.length]!).join('/');
  };
  for (let run = 0; run < 20_000; run++) {
    const [outer, inner] = [pick(['a', 'b', '+', '#']), pick(['a', 'b', '+', '#', '$x'])];
    const topic = pick(['a', 'b', '', '$x']);
    if (!isTopicFilter(outer) || !isTopicFilter(inner) || !isTopic(topic)) continue;
    const outerFilter = new TopicFilter(outer);
    if (outerFilter.contains(inner) && new TopicFilter(inner).contains(topic)) {
      assert.ok(outerFilter.contains(topic), `seed ${seed}: ${outer} over ${inner}: ${topic}`);
    }
  }
});

test('grants deny by default and never give $SYS', () => {
  const none = new Grants({ read: [], write: [] });
  assert.ok(!none.mayRead('a') && !none.mayWrite('a') && !none.maySubscribe('a'));
  assert.ok(!none.mayRead('') && !none.mayWrite(''));
  const all = new Grants({ read: ['#', '$SYS/#'], write: ['#', '$SYS/#'] });
  assert.ok(all.mayRead('a/b') && all.maySubscribe('#'));
  assert.ok(!all.mayRead('$SYS/a') && !all.maySubscribe('$SYS/#') && !all.mayWrite('$SYS/a'));
});
