/**
 * People at one box of the partition: somebody who reads all that comes, and somebody who writes
 * now and then, from before the cable is back until they are ended. Started by split.ts only:
 * `people/main.ts URL STAFF-SEED STAFF-TICKET EVERY-MS`. One line of JSON every half second.
 */
import { randomBytes } from 'node:crypto';
import { setInterval as every } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { NodeSession, type ShownBundle } from '@muster/agent';
import {
  BundleKind,
  decodeFields,
  decodeMessage,
  fromBase64url,
  siteChannelTag,
} from '@muster/core';
import { SessionWriter, siteKeyAt } from '../../session-writer.ts';
import { say } from '../../trust/worker.ts';

export interface PeopleLine {
  /** Messages of the other side's backlog that came, and when the latest did (unix ms). */
  readonly backlog: number;
  readonly backlogMs: number;
  /** When the first of the other side came: the link was there; 0 before. */
  readonly linkedMs: number;
  /** When each live message was written here (unix ms); their signed bytes and signatures. */
  readonly written: readonly number[];
  readonly writtenBytes: number;
  /** Live messages of the other side: when each was written (unix ms), and how long it took. */
  readonly live: readonly (readonly [atMs: number, tookMs: number])[];
}

const [url = '', seed = '', ticketText = '', everyMs = '500'] = process.argv.slice(2);
const crypto = createSodiumCrypto();
const key = crypto.keyPairFromSeed(fromBase64url(seed)!);
const ticket = fromBase64url(ticketText)!;
const tellMs = 500;
/** As long as those of the backlog are on average. */
const textBytes = 300;
/** By which its own messages are told from those of the other side. */
const self = String(process.pid);

let backlog = 0;
let backlogMs = 0;
let linkedMs = 0;
const written: number[] = [];
let writtenBytes = 0;
const live: [atMs: number, tookMs: number][] = [];

function onBundle({ signed }: ShownBundle): void {
  const fields = decodeFields(signed);
  if (!fields.ok || fields.value.kind !== BundleKind.message) return;
  const text = decodeMessage(fields.value.payload)?.text ?? '';
  const [, writer, at] = /^live from (\S+) at (\d+)/.exec(text) ?? [];
  if (writer === undefined) {
    backlog += 1;
    backlogMs = Date.now();
    linkedMs ||= backlogMs;
  } else if (writer !== self) {
    live.push([Number(at), Date.now() - Number(at)]);
  }
}

const siteKey = await siteKeyAt(url);
const reader = await NodeSession.open({
  ...{ url, crypto, name: 'reader', tickets: [] },
  key: crypto.keyPairFromSeed(randomBytes(32)),
  onBundles: (items) => items.forEach(onBundle),
});
reader.follow(siteChannelTag(crypto, siteKey, 'general'));
const session = await NodeSession.open({ url, crypto, key, name: 'writer', tickets: [ticket] });
const writer = await SessionWriter.of({ crypto, key, session, siteKey, ticket });

function write(): void {
  const nowMs = Date.now();
  const text = `live from ${self} at ${nowMs} `.padEnd(textBytes, 'lorem ipsum ');
  const bundle = writer.compose(text, { hopLimit: 10 });
  written.push(nowMs);
  writtenBytes += bundle.signed.length + bundle.signature.length;
  writer.put(bundle).catch(() => {});
}

setInterval(write, Number(everyMs));
for await (const _ of every(tellMs))
  say({ backlog, backlogMs, linkedMs, written, writtenBytes, live });
