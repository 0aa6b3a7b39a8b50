/** A bundle as third parties at an upstream broker read it: the JSON of docs/protocol/mqtt.md. */
import { BundleKind, decodeFields, decodeMessage, utf8 } from '@muster/core';
import { messageJson } from '../../mqtt/channels/message-json.ts';
import type { OutgoingBundle } from '../uplink.ts';

/** Undefined for what is no message. `site`: the name of the own site. */
export function outgoingJson(
  { read, channel }: OutgoingBundle,
  site: string,
): Uint8Array | undefined {
  const fields = decodeFields(read.signed);
  const message = fields.ok ? decodeMessage(fields.value.payload) : undefined;
  if (!fields.ok || !message || read.kind !== BundleKind.message) return undefined;
  const parts = { bundle: read, fields: fields.value, message, channel, site };
  return utf8(JSON.stringify(messageJson(parts)));
}
