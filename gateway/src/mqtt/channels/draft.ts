/**
 * What an MQTT client publishes to a channel, strictly read: plain text, or JSON with the members
 * of docs/protocol/mqtt.md and no others. Step 1: untrusted, so each fault is a typed answer.
 */
import { fromUtf8, Lane, nameLimits, ok, type Result, refused, utf8 } from '@muster/core';
import { channelLimits } from './limits.ts';

export interface Draft {
  readonly text: string;
  readonly name?: string;
  /** Urgent has a topic of its own. */
  readonly lane: typeof Lane.normal | typeof Lane.bulk;
  readonly stayLocal: boolean;
  /** The client's own id of this message. */
  readonly id?: string;
}

/** A message as a subscriber got it, given back: its text is not a new one. */
export interface Received {
  /** Bundle id in base64url, not believed yet. */
  readonly receivedId: string;
}

export type DraftFault =
  | 'empty'
  | 'not-utf8'
  | 'not-json'
  | 'member-unknown'
  | 'member-wrong'
  | 'lane-wrong';

const openingBrace = 0x7b;
const draftLanes = { normal: Lane.normal, bulk: Lane.bulk } as const;

const draftMembers = new Set(['text', 'name', 'lane', 'stayLocal', 'id']);
/** Only what the gateway publishes has it: see message-json.ts. */
const receivedMember = 'author';

/** A payload that begins with `{` is JSON; any other is the text itself. */
export function readDraft(payload: Uint8Array): Result<Draft | Received, DraftFault> {
  const text = fromUtf8(payload);
  if (text === undefined) return refused('not-utf8');
  if (text === '') return refused('empty');
  if (payload[0] !== openingBrace) return ok({ text, lane: Lane.normal, stayLocal: false });
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    return refused('not-json');
  }
  return draftOf(new Map(Object.entries(members as object)));
}

function draftOf(members: ReadonlyMap<string, unknown>): Result<Draft | Received, DraftFault> {
  const id = members.get('id');
  if (id !== undefined && !isText(id, channelLimits.idBytesMax)) return refused('member-wrong');
  if (id !== undefined && members.has(receivedMember)) return ok({ receivedId: id });
  for (const member of members.keys()) {
    if (!draftMembers.has(member)) return refused('member-unknown');
  }
  const text = members.get('text');
  if (typeof text !== 'string' || !text.isWellFormed()) return refused('member-wrong');
  if (text === '') return refused('empty');
  const name = members.get('name');
  if (name !== undefined && !isText(name, nameLimits.nameBytesMax)) return refused('member-wrong');
  const stayLocal = members.get('stayLocal') ?? false;
  if (typeof stayLocal !== 'boolean') return refused('member-wrong');
  const lane = members.get('lane') ?? 'normal';
  if (lane !== 'normal' && lane !== 'bulk') return refused('lane-wrong');
  return ok({
    text,
    lane: draftLanes[lane],
    stayLocal,
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { id }),
  });
}

/** One byte to `bytesMax` of UTF-8; a half of a surrogate pair is no text. */
function isText(value: unknown, bytesMax: number): value is string {
  if (typeof value !== 'string' || value === '' || !value.isWellFormed()) return false;
  return utf8(value).length <= bytesMax;
}
