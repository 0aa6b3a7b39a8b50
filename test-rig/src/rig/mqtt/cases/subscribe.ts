/** What may be subscribed: only what is granted, in bounded numbers, and refusals are answers. */
import assert from 'node:assert/strict';
import { type Arena, mustCut, mustDeny, type RigCase } from '../rig-case.ts';

const manyFilters = 10_000;
/** More than a client may hold, in packets that each are within bounds. */
const heldFilters = 200;

const denied = (name: string, ...filters: readonly string[]): RigCase => ({
  name,
  run: async (arena) => mustDeny(await arena.login(), ...filters),
});

const cut = (name: string, ...bytes: readonly number[]): RigCase => ({
  name,
  run: async (arena) => mustCut(await arena.login(), Buffer.from(bytes)),
});

/** A filter that is no filter, or is too much: cut or denied, both are right. */
const unusable = (name: string, topic: string): RigCase => ({
  name,
  run: async (arena) => {
    const client = await arena.login();
    const subscriptions = [{ topic, qos: 0 as const }];
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions });
    const answer = await client.next('suback').catch(() => undefined);
    if (answer === undefined) return mustCut(client);
    assert.deepEqual(answer.granted, [0x80]);
    return 'SUBACK 0x80';
  },
});

async function tooManyHeld(arena: Arena): Promise<string> {
  const client = await arena.login();
  let granted = 0;
  for (let i = 0; i < heldFilters; i++) {
    const subscriptions = [{ topic: `attack/held/${i}`, qos: 0 as const }];
    client.send({ cmd: 'subscribe', messageId: i + 1, subscriptions });
    const answer = await client.next('suback');
    if (answer.granted[0] !== 0x80) granted++;
  }
  assert.ok(granted < heldFilters, 'no bound was found');
  return `${granted} granted, then SUBACK 0x80`;
}

async function nothingOfOthers(arena: Arena): Promise<string> {
  const client = await arena.login();
  await mustDeny(client, '#', '+/+', 'honest/#', '$SYS/#');
  await client.ping();
  // The honest publish 50 times a second meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(client.count('publish'), 0, 'heard what it was not granted');
  return 'heard nothing';
}

export const subscribeCases: readonly RigCase[] = [
  denied('SUBSCRIBE #', '#'),
  denied('SUBSCRIBE +/+', '+/+'),
  denied('SUBSCRIBE +/#', '+/#'),
  denied('SUBSCRIBE $SYS/#', '$SYS/#'),
  denied('SUBSCRIBE $SYS/+/clients', '$SYS/+/clients'),
  denied('SUBSCRIBE +/honest', '+/honest'),
  denied("SUBSCRIBE another's topics", 'honest/#', 'honest/news'),
  denied('SUBSCRIBE __proto__, constructor, toString', '__proto__', 'constructor', 'toString'),
  { name: 'nothing of others after refusals', run: nothingOfOthers },
  cut('SUBSCRIBE with no filter', 0x82, 2, 0, 1),
  cut('SUBSCRIBE with QoS 3', 0x82, 11, 0, 1, 0, 6, ...Buffer.from('attack'), 3),
  cut('SUBSCRIBE with message id 0', 0x82, 11, 0, 0, 0, 6, ...Buffer.from('attack'), 0),
  cut('SUBSCRIBE with wrong flags', 0x80, 11, 0, 1, 0, 6, ...Buffer.from('attack'), 0),
  cut('SUBSCRIBE with an empty filter', 0x82, 5, 0, 1, 0, 0, 0),
  cut('SUBSCRIBE longer than its filter', 0x82, 6, 0, 1, 0, 9, 97, 0),
  cut('UNSUBSCRIBE with no filter', 0xa2, 2, 0, 1),
  cut('filter of bad UTF-8', 0x82, 7, 0, 1, 0, 2, 0xc0, 0xaf, 0),
  cut('filter with U+0000', 0x82, 7, 0, 1, 0, 2, 97, 0, 0),
  unusable('filter attack/#/b', 'attack/#/b'),
  unusable('filter attack/a+', 'attack/a+'),
  unusable('filter of 101 levels', `attack${'/a'.repeat(100)}`),
  unusable('filter of 60 KiB', `attack/${'a'.repeat(60_000)}`),
  {
    name: `SUBSCRIBE with ${manyFilters} filters`,
    run: async (arena) => {
      const name = (i: number) => ({ topic: `a/${i % 1_000}`, qos: 0 as const });
      const subscriptions = Array.from({ length: manyFilters }, (_, i) => name(i));
      return mustCut(await arena.login(), { cmd: 'subscribe', messageId: 1, subscriptions });
    },
  },
  { name: `${heldFilters} subscriptions of one client`, run: tooManyHeld },
];
