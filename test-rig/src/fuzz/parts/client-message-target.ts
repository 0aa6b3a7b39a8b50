/**
 * Fuzz target: one frame of a phone's WebSocket as the node reads it (step 1). Accepted: written
 * out again it reads the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { readClientMessage } from '@muster/agent/parsers';
import { orderKeyBytes, toBase64url } from '@muster/core';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { inputsOf, textOf, wordsOf } from './seeds.ts';

const device = toBase64url(new Uint8Array(32).fill(1));
const signature = toBase64url(new Uint8Array(64).fill(2));
const tag = toBase64url(new Uint8Array(16).fill(3));
const some = toBase64url(new Uint8Array(120).fill(4));
const orderKey = toBase64url(new Uint8Array(orderKeyBytes).fill(5));
const id = '0123456789abcdef';
const session = 'fedcba9876543210';

/** Every type, with all members and with as few as may be. */
export const clientMessages: readonly object[] = [
  { type: 'session', device, signature, name: 'Ada' },
  {
    type: 'session',
    device,
    signature,
    name: 'Ä',
    tickets: [some, some],
    pass: some,
    passkey: 'k',
  },
  { type: 'put', ref: 'r1', signed: some, signature },
  { type: 'put', ref: 'r2', signed: some, signature, ageMs: 5000, ticket: some },
  { type: 'follow', tag },
  { type: 'follow', tag, after: orderKey, have: some },
  { type: 'unfollow', tag },
  { type: 'nearby-watch' },
  { type: 'page', ref: 'p', tag },
  { type: 'page', ref: 'p', tag, before: orderKey, limit: 200 },
  { type: 'ping', n: 1 },
  { type: 'pong', n: 9007199254740991 },
  { type: 'act', ref: 'a', signed: some, signature, ageMs: 1, ticket: some },
  { type: 'admit', device, accept: true },
  { type: 'pass-make', ref: 'm', uses: 5 },
  { type: 'admin-watch' },
  { type: 'admin-unwatch' },
  { type: 'claim-open', id },
  { type: 'claim-close', id },
  { type: 'claim-reply', id, session, message: some },
  { type: 'claim-reply', id, session, ended: true },
  { type: 'claim-reply', id, session, claimants: ['K7QF-3M', 'a box'] },
  { type: 'claim-reach', ref: 'c', address: '10.0.0.7:8080', id, session, message: some },
  { type: 'claim-reach', ref: 'c', address: '[fd00::1]:8080', id, session, message: '' },
  { type: 'passkey-token', ref: 't' },
];

export function createClientMessageTarget(): FuzzTarget {
  const types = clientMessages.flatMap((one) => Object.entries(one).flat().map(String));
  return {
    name: 'client-message',
    seeds: () => inputsOf(...clientMessages),
    dictionary: wordsOf(...new Set(types), '__proto__', '1e400', '-1', '\\ud800', '{"a":'),
    run: runMessage,
  };
}

function runMessage(input: Uint8Array): FuzzVerdict {
  const read = readClientMessage(textOf(input));
  if (!read.ok) return read.reason;
  const again = readClientMessage(JSON.stringify(jsonOf(read.value)));
  if (!again.ok || !isDeepStrictEqual(again.value, read.value)) broken('it does not read back');
  return true;
}

function jsonOf(message: object): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    if (name === 'isAccepted') members.accept = value;
    else if (name === 'answer') Object.assign(members, answerOf(value));
    else members[name] = plain(value);
  }
  return members;
}

function answerOf(answer: unknown): object {
  if (answer === 'ended') return { ended: true };
  return answer instanceof Uint8Array ? { message: toBase64url(answer) } : (answer as object);
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64url(value);
  return Array.isArray(value) ? value.map(plain) : value;
}
