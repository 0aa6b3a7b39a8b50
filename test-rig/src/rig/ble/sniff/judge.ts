/**
 * Whether what went out on an air names anybody for longer than one address lives
 * (docs/protocol/ble.md): tags and addresses come and go together, and all else that is said is the
 * same for all boxes. Below step 4 of a message's way. What it cannot read it takes for a fault.
 */
import { bleUuids } from '@muster/adapters/transport-ble';
import type { Said } from './said.ts';

export type Fault =
  /** One address goes on with another tag. */
  | 'address-goes-on'
  /** One tag goes on under another address. */
  | 'tag-goes-on'
  | 'not-private'
  /** Something besides the tag that is not the same for all. */
  | 'says-more'
  /** Longer than addresses may live. */
  | 'too-long'
  | 'unread';

export interface Finding {
  /** When it was said. */
  readonly atMs: number;
  readonly fault: Fault;
  readonly text: string;
}

/** Length, type and value of each part (Core 5.4, vol 3 part C, 11). */
const flags = '020106';
/** Of service data: what is before the tag, and the tag's length; all in hexadecimal digits. */
const service = `1b21${(bleUuids.mesh.match(/[0-9a-f]{2}/g) ?? []).reverse().join('')}`;
const tagDigits = 20;
const octetDigits = 2;
/** Of resolvable private addresses the highest bits are 01 (Core 5.4, vol 6 part B, 1.3.2.2). */
const privateAddress = /^random [4-7][0-9a-f]{11}$/;

export function judge(said: readonly Said[], lifeMsMax: number): readonly Finding[] {
  return [
    ...pairs(said),
    ...said.flatMap(aloneAs),
    ...differing(said),
    ...spans(said).flatMap((span) => tooLong(span, lifeMsMax)),
  ];
}

export interface Span {
  readonly controller: number;
  readonly data: string;
  readonly fromMs: number;
  toMs: number;
}

/** From when to when each tag was said; with no end while it is on air. */
export function spans(said: readonly Said[]): readonly Span[] {
  const all = new Map<string, Span>();
  for (const { act, controller, data, atMs, untilMs } of said) {
    if (act !== 'advertises') continue;
    const key = `${controller} ${data}`;
    const span = all.get(key) ?? { controller, data, fromMs: atMs, toMs: untilMs };
    // What is still on air was said until now at the least.
    span.toMs = Number.isFinite(untilMs) ? untilMs : Math.max(span.fromMs, said.at(-1)!.atMs);
    all.set(key, span);
  }
  return [...all.values()];
}

function tooLong({ data, fromMs: atMs, toMs }: Span, lifeMsMax: number): readonly Finding[] {
  const lifeMs = toMs - atMs;
  if (lifeMs <= lifeMsMax) return [];
  return [{ atMs, fault: 'too-long', text: `${data}: for ${lifeMs} ms` }];
}

/** An address has one tag, and a tag one address, whoever says it. */
function pairs(said: readonly Said[]): readonly Finding[] {
  const found: Finding[] = [];
  const byAddress = new Map<string, string>();
  const byTag = new Map<string, string>();
  for (const { act, address, data, atMs } of said) {
    if (act !== 'advertises') continue;
    const tag = byAddress.get(address) ?? data;
    const owner = byTag.get(data) ?? address;
    byAddress.set(address, data);
    byTag.set(data, address);
    if (tag !== data) {
      found.push({ atMs, fault: 'address-goes-on', text: `${address}: ${tag}, ${data}` });
    }
    if (owner !== address) {
      found.push({ atMs, fault: 'tag-goes-on', text: `${data}: ${owner}, ${address}` });
    }
  }
  return found;
}

function aloneAs({ atMs, act, address, data, answer }: Said): readonly Finding[] {
  const found: Finding[] = [];
  if (act === 'unread') return [{ atMs, fault: 'unread', text: `command ${address}` }];
  if (!privateAddress.test(address)) {
    found.push({ atMs, fault: 'not-private', text: `${act} by ${address}` });
  }
  if (act !== 'advertises') return found;
  if (!isPlain(data)) found.push({ atMs, fault: 'says-more', text: `advertises ${data}` });
  if (answer !== '') found.push({ atMs, fault: 'says-more', text: `answers scanners ${answer}` });
  return found;
}

/** Flags and a tag, in whatever order, and nothing else. */
function isPlain(data: string): boolean {
  const parts = partsOf(data);
  return (
    parts.length === 2 &&
    parts.includes(flags) &&
    parts.some((part) => part.startsWith(service) && part.length === service.length + tagDigits)
  );
}

function partsOf(data: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < data.length; at += parts.at(-1)!.length) {
    const length = Number.parseInt(data.slice(at, at + octetDigits), 16);
    parts.push(data.slice(at, at + octetDigits * (1 + length)));
  }
  return parts;
}

/** Intervals, kinds and channels of all advertisements of all boxes, and where the tag stands. */
function differing(said: readonly Said[]): readonly Finding[] {
  const shapes = new Set(
    said.flatMap(({ act, shape, data }) =>
      act === 'advertises' ? `${shape} at ${data.indexOf(service)}` : [],
    ),
  );
  if (shapes.size <= 1) return [];
  const { atMs } = said.at(-1)!;
  const text = `advertises in ${shapes.size} ways: ${[...shapes].join()}`;
  return [{ atMs, fault: 'says-more', text }];
}
