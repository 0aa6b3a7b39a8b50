/** The code makes what docs/protocol/vectors/mqtt.json says, and the schema takes it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  bundleId,
  decodeFields,
  decodeMessage,
  fromHex,
  type ReadBundle,
  toHex,
} from '@muster/core';
import { readDraft } from '../../../src/mqtt/channels/draft.ts';
import { messageJson } from '../../../src/mqtt/channels/message-json.ts';
import { publishRef } from '../../../src/mqtt/channels/publish-ref.ts';
import { channelLevel, siteLabel } from '../../../src/mqtt/channels/topics.ts';
import { clientPublish, crypto } from './support/gateway-rig.ts';
import { schemaFault } from './support/schema.ts';

const file = new URL('../../../../docs/protocol/vectors/mqtt.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8'));

test('names as levels of topics', () => {
  for (const { name, label } of vectors.siteLabels) assert.equal(siteLabel(name), label);
  for (const { name, level } of vectors.levels) assert.equal(channelLevel(name), level);
});

test('payloads that clients publish', () => {
  for (const { payload, read, error } of vectors.publishes) {
    const draft = readDraft(Buffer.from(payload));
    assert.deepEqual(draft.ok ? draft.value : draft.reason, read ?? error, payload);
    const isJson = payload.startsWith('{') && error !== 'not-json' && !read?.receivedId;
    if (!isJson) continue;
    const fault = schemaFault('publish', JSON.parse(payload));
    // Half a surrogate pair is nothing that a schema can name.
    if (!payload.includes('\\ud800')) assert.equal(fault === undefined, draft.ok, payload);
  }
});

test('references of publishes', () => {
  for (const { client, clientId, messageId, payload, id, tag, ref } of vectors.refs) {
    const publish = clientPublish({ client: { name: client }, clientId, messageId, text: payload });
    const place = { tag: bytes(tag), id };
    assert.equal(toHex(publishRef(crypto, publish, place)), ref);
  }
});

test('messages as subscribers get them', () => {
  for (const {
    name,
    signed,
    role,
    hops,
    ageMs,
    arrivedUnixMs,
    channel,
    site,
    json,
  } of vectors.messages) {
    const fields = decodeFields(bytes(signed));
    assert.ok(fields.ok, name);
    const { author, lane, payload } = fields.value;
    const known = { role, hops, arrivedUnixMs, ageNowMs: ageMs, author, lane };
    const bundle = { ...known, id: bundleId(crypto, bytes(signed)) } as unknown as ReadBundle;
    const message = decodeMessage(payload)!;
    const made = messageJson({ bundle, fields: fields.value, message, channel, site });
    assert.deepEqual(made, json, name);
    assert.equal(schemaFault('message', json), undefined, name);
  }
});

function bytes(hex: string): Uint8Array {
  return fromHex(hex)!;
}
