/**
 * A crowd at one box: so many invented identities, each with a key of its own, which enter as
 * guests and write as fast as they are let. Started by trust.ts and flood.ts only, with URL, COUNT,
 * WRITES, the LETTERS of each text and ADDRESS...; ends with one line of what became of it.
 */

import { randomBytes } from 'node:crypto';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { NodeSession } from '@muster/agent';
import { SessionWriter, siteKeyAt } from '../../session-writer.ts';
import { say } from '../worker.ts';

const [url = '', count = '0', writes = '0', letters = '0', ...addresses] = process.argv.slice(2);
const crypto = createSodiumCrypto();
/** Sessions open at once: what one box serves beside its honest phones. */
const parallel = 60;

export interface CrowdResult {
  readonly entered: number;
  readonly turnedAway: number;
  readonly held: number;
  readonly refused: Readonly<Record<string, number>>;
}

let entered = 0;
let turnedAway = 0;
let held = 0;
let next = 0;
const refused: Record<string, number> = {};

async function one(number: number): Promise<void> {
  const key = crypto.keyPairFromSeed(randomBytes(32));
  const localAddress = addresses[number % addresses.length]!;
  const given = { url, crypto, key, name: `guest ${number}`, tickets: [], localAddress };
  const session = await NodeSession.open(given).catch(() => undefined);
  if (!session) {
    turnedAway += 1;
    return;
  }
  entered += 1;
  const siteKey = await siteKeyAt(url);
  const writer = await SessionWriter.of({ crypto, key, session, siteKey });
  const outcomes = await Promise.all(
    Array.from({ length: Number(writes) }, (_, i) =>
      writer.write(`buy now ${i} `.padEnd(Number(letters), '!')),
    ),
  );
  for (const outcome of outcomes) {
    if (outcome.state === 'held') held += 1;
    else refused[outcome.reason] = (refused[outcome.reason] ?? 0) + 1;
  }
  session.close();
}

async function lane(): Promise<void> {
  while (next < Number(count)) {
    next += 1;
    await one(next).catch(() => {
      turnedAway += 1;
    });
  }
}

await Promise.all(Array.from({ length: parallel }, lane));
say({ entered, turnedAway, held, refused } satisfies CrowdResult);
process.exit(0);
