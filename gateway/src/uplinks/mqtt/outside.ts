/**
 * Reads what an upstream broker brings (steps 1 and 6): a message of this site that comes back,
 * told by the form in which gateways publish or by the id of a bundle that is known here, which
 * ends every loop and confirms; or a message from outside. Hostile until read.
 */
import { fromBase64url, type NodeApi, utf8 } from '@muster/core';
import { type Draft, readDraft } from '../../mqtt/channels/draft.ts';
import { upstreamLimits } from '../limits.ts';

export type Outside =
  /** Id of the bundle, 32 bytes. */
  | { readonly kind: 'ours'; readonly id: Uint8Array }
  | { readonly kind: 'draft'; readonly draft: Draft }
  | { readonly kind: 'not-understood' };

const notUnderstood: Outside = { kind: 'not-understood' };

export function readOutside(payload: Uint8Array, node: Pick<NodeApi, 'knows'>): Outside {
  const read = readDraft(payload);
  if (!read.ok) return notUnderstood;
  if ('receivedId' in read.value) {
    // Another gateway may have published what the mesh has not brought here yet.
    const id = bundleIdOf(read.value.receivedId);
    return id ? { kind: 'ours', id } : notUnderstood;
  }
  const draft = read.value;
  const id = bundleIdOf(draft.id);
  if (id && node.knows(id)) return { kind: 'ours', id };
  const fits = utf8(draft.text).length <= upstreamLimits.textBytesMax;
  return fits ? { kind: 'draft', draft } : notUnderstood;
}

function bundleIdOf(text: string | undefined): Uint8Array | undefined {
  const id = text === undefined ? undefined : fromBase64url(text);
  return id?.length === 32 ? id : undefined;
}
