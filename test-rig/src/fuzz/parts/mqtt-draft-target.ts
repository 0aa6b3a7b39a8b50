/**
 * Fuzz target: what an MQTT client, or a broker beyond, publishes to a channel (step 6 inwards).
 * Accepted: written out as JSON it reads the same, and goes into a bundle's payload and back.
 */
import { isDeepStrictEqual } from 'node:util';
import { decodeMessage, encodeMessage, Lane } from '@muster/core';
import { type Draft, readDraft, readOutside } from '@muster/gateway/parsers';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { inputsOf, wordsOf } from './seeds.ts';

const receivedId = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE';

export function createMqttDraftTarget(): FuzzTarget {
  return {
    name: 'mqtt-draft',
    seeds: () =>
      inputsOf(
        'The oven is hot.',
        { text: 'The oven is hot.' },
        { text: 'x', name: 'Oven', lane: 'bulk', stayLocal: true, id: 'sensor-7' },
        { text: 'y', lane: 'normal', stayLocal: false },
        { id: receivedId, author: { key: 'k', name: 'n', via: { client: 'c' } }, text: 'z' },
      ),
    dictionary: wordsOf('"text":', '"name":', '"lane":', '"stayLocal":', '"id":', '"author":{}'),
    run: runDraft,
  };
}

function runDraft(input: Uint8Array): FuzzVerdict {
  const outside = readOutside(input, { knows: () => false });
  const read = readDraft(input);
  if (!read.ok) {
    if (outside.kind !== 'not-understood') broken('understood outside, and not here');
    return read.reason;
  }
  if (!('text' in read.value)) return true;
  const draft = read.value;
  const again = readDraft(Buffer.from(JSON.stringify(jsonOf(draft))));
  if (!again.ok || !isDeepStrictEqual(again.value, draft)) broken('it does not read back');
  const via = { kind: 'mqtt', client: 'oven', ref: new Uint8Array(8) } as const;
  if (draft.text.length > 8_000) return true;
  const message = { name: draft.name ?? 'oven', text: draft.text, via };
  const decoded = decodeMessage(encodeMessage(message));
  if (decoded?.text !== draft.text) broken('its text changes on the way');
  return true;
}

function jsonOf({ lane, ...members }: Draft): object {
  return { ...members, lane: lane === Lane.bulk ? 'bulk' : 'normal' };
}
