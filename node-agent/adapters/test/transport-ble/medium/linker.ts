/**
 * Somebody who hears everything for an hour and wants to follow a box across rotations: tries what
 * equal, counting, related or periodic values give away. Each link that it claims has its method.
 * Thresholds are such that random values give less than one false claim in some hundred hours. It
 * does not try what no sender can change: that one address ends where another begins, and strength.
 */
import type { Sniffed } from '@muster/adapters/transport-ble/testing';
import { toHex } from '@muster/core';

/** One address with one content, from the first time that it was heard. */
export interface Session {
  readonly address: string;
  readonly data: Uint8Array;
  readonly firstMs: number;
  lastMs: number;
  /** All that is said before anything is encrypted. */
  readonly greetings: Uint8Array[];
}

export interface Claim {
  readonly method: string;
  readonly a: Session;
  readonly b: Session;
}

/** Sessions by address and content, from what a sniffer heard. */
export function sessionsOf(heard: readonly Sniffed[]): readonly Session[] {
  const sessions = new Map<string, Session>();
  const latest = new Map<string, Session>();
  for (const event of heard) {
    const { address } = event.from;
    if (event.kind === 'advertisement') {
      const key = `${address} ${event.service} ${toHex(event.data)}`;
      const known = sessions.get(key);
      const { data, atMs } = event;
      const session = known ?? { address, data, firstMs: atMs, lastMs: atMs, greetings: [] };
      session.lastMs = atMs;
      sessions.set(key, session);
      latest.set(address, session);
    } else if (event.kind === 'packet' && isGreeting(event.bytes)) {
      latest.get(address)?.greetings.push(event.bytes);
    }
  }
  return [...sessions.values()];
}

/** What the plainest method says that says anything. */
export function linkSessions(sessions: readonly Session[]): readonly Claim[] {
  const methods: (() => Claim[])[] = [
    () => pairs(sessions, 'same address', (a, b) => a.address === b.address),
    () => pairs(sessions, 'same data', (a, b) => toHex(a.data) === toHex(b.data)),
    () => pairs(sessions, 'shared octets', (a, b) => sharedRun(bytesOf(a), bytesOf(b)) >= runMin),
    () => pairs(sessions, 'size', (a, b) => isOddSize(sessions, a) && sameSize(a, b)),
    () => pairs(sessions, 'counter', (a, b) => isNextTo(a.data, b.data)),
    () => related(sessions, 'same difference', (x, y) => (y - x) >>> 0),
    () => related(sessions, 'same mask', (x, y) => (x ^ y) >>> 0),
    () => inGreetings(sessions),
    () => periodic(sessions),
  ];
  for (const method of methods) {
    const claims = method();
    if (claims.length > 0) return claims;
  }
  return [];
}

/** Octets in a row: 3 equal ones by chance once in 2,000 hours. */
const runMin = 4;
const counterStepMax = 256;
const periodToleranceMs = 12_000;
const periodMsMin = 60_000;
const periodMsMax = 20 * 60_000;
const periodicShare = 0.7;
/** Head byte, version, purpose, PSM, token (docs/protocol/ble.md). */
const greetingBytes = 12;

function isGreeting(packet: Uint8Array): boolean {
  return packet[0] === 1 && packet.length === greetingBytes;
}

function pairs(
  sessions: readonly Session[],
  method: string,
  isLinked: (a: Session, b: Session) => boolean,
): Claim[] {
  return sessions.flatMap((a, i) =>
    sessions.slice(i + 1).flatMap((b) => (isLinked(a, b) ? [{ method, a, b }] : [])),
  );
}

function bytesOf({ address, data }: Session): Uint8Array {
  return Uint8Array.of(...data, ...address.split(':').map((pair) => Number.parseInt(pair, 16)));
}

/** The longest run of octets that is in both, anywhere. */
function sharedRun(a: Uint8Array, b: Uint8Array): number {
  let longest = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      let run = 0;
      while (i + run < a.length && j + run < b.length && a[i + run] === b[j + run]) run++;
      longest = Math.max(longest, run);
    }
  }
  return longest;
}

function sameSize(a: Session, b: Session): boolean {
  return a.data.length === b.data.length;
}

function isOddSize(sessions: readonly Session[], { data }: Session): boolean {
  const same = sessions.filter((other) => other.data.length === data.length);
  return same.length < sessions.length / 2;
}

/** Every 32-bit number in it, big-endian and little-endian. */
function words(data: Uint8Array): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const at = Array.from({ length: Math.max(0, data.length - 3) }, (_, i) => i);
  return at.flatMap((i) => [view.getUint32(i), view.getUint32(i, true)]);
}

function isNextTo(a: Uint8Array, b: Uint8Array): boolean {
  const theirs = words(b);
  return words(a).some((word, i) => {
    const step = Math.abs(word - (theirs[i] ?? Number.POSITIVE_INFINITY));
    return step > 0 && step < counterStepMax;
  });
}

/** Two pairs that differ by the same amount at the same place: a stride, or a constant mask. */
function related(
  sessions: readonly Session[],
  method: string,
  difference: (x: number, y: number) => number,
): Claim[] {
  const seen = new Map<string, Claim>();
  const claims: Claim[] = [];
  for (const [i, a] of sessions.entries()) {
    for (const b of sessions.slice(i + 1)) {
      const theirs = words(b.data);
      for (const [place, word] of words(a.data).entries()) {
        const by = difference(word, theirs[place] ?? word);
        if (by === 0) continue;
        const key = `${place} ${by}`;
        const before = seen.get(key);
        if (before) claims.push(before, { method, a, b });
        else seen.set(key, { method, a, b });
      }
    }
  }
  return claims;
}

/**
 * One distance of time after which most beginnings are followed by another: whoever keeps a phase
 * can be followed by it. By chance a sixth of them are, and less than half at the best distance.
 */
function periodic(sessions: readonly Session[]): Claim[] {
  let best: Claim[] = [];
  for (let periodMs = periodMsMin; periodMs <= periodMsMax; periodMs += periodToleranceMs / 4) {
    const followed = sessions.flatMap((a) => {
      const off = ({ firstMs }: Session): number => Math.abs(firstMs - a.firstMs - periodMs);
      const b = sessions.toSorted((one, other) => off(one) - off(other))[0]!;
      return off(b) <= periodToleranceMs ? [{ method: 'period', a, b }] : [];
    });
    if (followed.length > best.length) best = followed;
  }
  const lastMs = Math.max(...sessions.map(({ firstMs }) => firstMs));
  const could = sessions.filter(({ firstMs }) => firstMs <= lastMs - 2 * periodMsMin).length;
  return best.length >= could * periodicShare ? best : [];
}

/** Octets in what is said before the handshake that come again more often than chance. */
function inGreetings(sessions: readonly Session[]): Claim[] {
  const said = sessions.flatMap((session) =>
    session.greetings.map((bytes) => ({ session, bytes })),
  );
  const claims: Claim[] = [];
  for (let at = 0; at < greetingBytes; at++) {
    const byValue = Map.groupBy(said, ({ bytes }) => bytes[at]!);
    // The same for all tells nobody apart.
    if (byValue.size < 2) continue;
    const groups = [...byValue.values()];
    const equalPairs = groups.reduce((sum, of) => sum + pairsOf(of.length), 0);
    if (equalPairs < 2 * (pairsOf(said.length) / 256)) continue;
    // What many say as well is no name.
    for (const of of groups.filter((group) => group.length < said.length / 3)) {
      const own = [...new Set(of.map(({ session }) => session))];
      claims.push(...own.slice(1).map((b) => ({ method: 'greeting', a: own[0]!, b })));
    }
  }
  return claims;
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}
