/**
 * Why a publish to a channel did not become a message, as its client is told on its errors topic:
 * MQTT 3.1.1 has no other place for it. Whole sentences, for whoever wires the thing up.
 */
import type { DropReason } from '@muster/core';
import type { DraftFault } from './draft.ts';

export type PublishFault =
  | DraftFault
  | 'topic-unknown'
  | 'received-unknown'
  | 'not-a-writer'
  | 'too-large'
  | 'too-fast'
  | 'too-many-waiting'
  | 'store-full'
  | 'store-failed'
  | 'stopping'
  | 'refused';

export const faultTexts: Readonly<Record<PublishFault, string>> = {
  empty: 'A message without text is no message.',
  'not-utf8': 'The payload is not well-formed UTF-8.',
  'not-json': 'A payload that begins with { must be JSON as docs/protocol/mqtt.md has it.',
  'member-unknown': 'The JSON has a member other than text, name, lane, stayLocal and id.',
  'member-wrong': 'A member of the JSON is of the wrong type or too long.',
  'lane-wrong': 'The lane is normal or bulk; urgent messages go to the topic that ends in /urgent.',
  'topic-unknown': 'No channel appears under this topic.',
  'received-unknown': 'This is a received message given back, and it is not known here.',
  'not-a-writer': 'Only some may write in this channel, and this gateway is not one of them.',
  'too-large': 'The message is longer than its lane allows.',
  'too-fast': 'Too many messages at once: it was not acknowledged. Send it again more slowly.',
  'too-many-waiting': 'Too many messages wait already: it was not acknowledged.',
  'store-full': 'The disk of the gateway is full: it was not acknowledged.',
  'store-failed': 'The disk of the gateway does not work: it was not acknowledged.',
  stopping: 'The gateway is stopping: it was not acknowledged.',
  refused: 'The node refused the message.',
};

/**
 * Faults that pass: the publish is not acknowledged and its client disconnected, so that it sends
 * it again. All others would be the same at every repeat.
 */
export const passing: ReadonlySet<PublishFault> = new Set([
  'too-fast',
  'too-many-waiting',
  'store-full',
  'store-failed',
  'stopping',
]);

/** The node's reason as a fault of the publish. */
export function faultOf(reason: DropReason): PublishFault {
  switch (reason) {
    case 'quota-author':
    case 'busy':
      return 'too-fast';
    case 'payload-over-role':
    case 'too-large':
      return 'too-large';
    case 'not-a-writer':
    case 'store-full':
    case 'store-failed':
      return reason;
    default:
      return 'refused';
  }
}
