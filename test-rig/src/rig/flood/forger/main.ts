/**
 * Forgers at one box: sessions with keys and tickets of their own put bundles whose signatures are
 * wrong, made beforehand, as many a second as they are told; whoever is shut out comes back from
 * another address. Started by flood.ts only: `forger/main.ts URL SECONDS A-SECOND ADDRESS...`; says
 * `ready` when it begins, and ends with one line: how many were sent.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { NodeSession } from '@muster/agent';
import { concat, domain, fromBase64url, type KeyPair, toBase64url } from '@muster/core';
import { SessionWriter, siteKeyAt } from '../../session-writer.ts';
import { say } from '../../trust/worker.ts';
import { FrameReader, textFrame, upgradeRequest } from './session-frames.ts';

const [url = '', seconds = '0', perSecond = '0', ...addresses] = process.argv.slice(2);
const crypto = createSodiumCrypto();
const { hostname, port, host } = new URL(url);
/** Identities, each with a ticket of the box; and forged bundles of each. */
const identities = 60;
const forgedEach = 100;
/** Sessions that are being opened or flooded at once. */
const lanes = 60;
const openMsMax = 2_000;

export interface ForgerResult {
  readonly seconds: number;
  readonly sessionsOpened: number;
  readonly turnedAway: number;
  /** Forged bundles that left over a session that was open when their write began. */
  readonly sent: number;
}

interface Identity {
  readonly key: KeyPair;
  readonly ticket: Uint8Array;
  /** A hundred forged bundles as frames, one after the other. */
  readonly burst: Buffer;
}

async function prepare(number: number): Promise<Identity> {
  const key = crypto.keyPairFromSeed(globalThis.crypto.getRandomValues(new Uint8Array(32)));
  const localAddress = addresses[number % addresses.length]!;
  const given = { url, crypto, key, name: `forger ${number}`, tickets: [], localAddress };
  const session = await NodeSession.open(given);
  const writer = await SessionWriter.of({ crypto, key, session, siteKey: await siteKeyAt(url) });
  const frames = Array.from({ length: forgedEach }, (_, i) => {
    const { signed, signature } = writer.compose(`forged ${i}`);
    // One bit is enough: to the eye it is a good signature.
    signature[i % 32]! ^= 1;
    const texts = { signed: toBase64url(signed), signature: toBase64url(signature) };
    return textFrame({ type: 'put', ref: String(i), ageMs: 0, ...texts });
  });
  session.close();
  return { key, ticket: writer.ticket, burst: Buffer.concat(frames) };
}

let sessionsOpened = 0;
let turnedAway = 0;
let sent = 0;
let allowance = 0;
let next = 0;

/** Opens a session; undefined when the box does not want it. */
async function open(identity: Identity, localAddress: string): Promise<Socket | undefined> {
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on('error', () => socket.destroy());
  socket.setTimeout(openMsMax, () => socket.destroy());
  const opened = Promise.withResolvers<Socket | undefined>();
  socket.on('close', () => opened.resolve(undefined));
  const reader = new FrameReader();
  let isUpgraded = false;
  socket.on('data', (part) => {
    let rest = part as Buffer;
    if (!isUpgraded) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0 || !rest.toString('latin1', 9, 12).startsWith('101')) return socket.destroy();
      isUpgraded = true;
      rest = rest.subarray(end + 4);
    }
    for (const message of reader.read(rest)) {
      if (message.type === 'challenge') socket.write(answerTo(message, identity));
      else if (message.type === 'welcome') opened.resolve(socket);
    }
    return undefined;
  });
  socket.write(upgradeRequest(host));
  return opened.promise;
}

function answerTo(challenge: Readonly<Record<string, unknown>>, { key, ticket }: Identity): Buffer {
  const parts = [challenge.site, challenge.nodeKey, challenge.nonce].map(
    (text) => fromBase64url(String(text))!,
  );
  const signature = crypto.sign(concat(domain('session'), ...parts), key.secretKey);
  return textFrame({
    ...{ type: 'session', name: 'forger', device: toBase64url(key.publicKey) },
    signature: toBase64url(signature),
    tickets: [toBase64url(ticket)],
  });
}

/** Comes in, floods until it is shut out, and comes in again elsewhere. */
async function lane(made: readonly Identity[], endMs: number): Promise<void> {
  while (Date.now() < endMs) {
    next += 1;
    const identity = made[next % made.length]!;
    const socket = await open(identity, addresses[next % addresses.length]!);
    if (!socket) {
      turnedAway += 1;
      await delay(20);
      continue;
    }
    sessionsOpened += 1;
    while (!socket.destroyed && !socket.readableEnded && Date.now() < endMs) {
      if (allowance < forgedEach) {
        await delay(2);
        continue;
      }
      allowance -= forgedEach;
      sent += forgedEach;
      if (!socket.write(identity.burst)) {
        await Promise.race([once(socket, 'drain').catch(() => {}), once(socket, 'close')]);
      }
      await delay(0);
    }
    socket.destroy();
  }
}

const made: Identity[] = [];
for (let number = 0; number < identities; number++) made.push(await prepare(number));
say({ ready: true });
const startedMs = Date.now();
const endMs = startedMs + Number(seconds) * 1_000;
let allowedMs = startedMs;
const pace = setInterval(() => {
  const nowMs = Date.now();
  // What could not be sent in time is not caught up with: a burst later would prove nothing.
  const gained = ((nowMs - allowedMs) * Number(perSecond)) / 1_000;
  allowance = Math.min(allowance + gained, Number(perSecond) / 5);
  allowedMs = nowMs;
}, 5);
await Promise.all(Array.from({ length: lanes }, () => lane(made, endMs)));
clearInterval(pace);
const tookS = (Date.now() - startedMs) / 1_000;
say({ seconds: tookS, sessionsOpened, turnedAway, sent } satisfies ForgerResult);
process.exit(0);
