import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places } from '../src/http/places.ts';

test('an address has few places, all together have some more, and each is given back', () => {
  const places = new Places({ inAll: 5, perAddress: 2 });
  const leave = places.take('a')!;
  assert.ok(places.take('a'));
  assert.equal(places.take('a'), undefined);
  for (const address of ['b', 'b', 'c']) assert.ok(places.take(address));
  assert.equal(places.take('d'), undefined, 'all are taken');
  leave();
  assert.ok(places.take('d'));
  assert.equal(places.take('a'), undefined);
});
