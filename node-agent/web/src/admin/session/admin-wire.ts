/**
 * The frames that only admins get, read strictly out of JSON (docs/protocol/api.md): what has not
 * the form asked for is undefined, and nothing here throws. The frames that everybody gets are read
 * by connection/wire.ts.
 */
import { bytes, type Json, text, whole } from '../../connection/json-members.ts';
import { type Item, itemOf } from '../../connection/wire.ts';
import { objects, type SiteView, siteViewOf } from './site-view.ts';

/** What is wrong, and what to do about it, in words for people. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

export type AdminMessage =
  | { readonly type: 'site'; readonly view: SiteView }
  | { readonly type: 'acts'; readonly items: readonly Item[] }
  | {
      readonly type: 'act-result';
      readonly ref: string;
      readonly sent: boolean;
      readonly result: unknown;
      readonly fault: Fault | undefined;
    }
  | {
      readonly type: 'refused';
      readonly ref: string;
      readonly retry: boolean;
      readonly retryAfterMs: number;
      readonly fault: Fault;
    }
  | { readonly type: 'error'; readonly ref: string; readonly fault: Fault }
  | {
      readonly type: 'claim-answer';
      readonly ref: string;
      /** Undefined: ask again. */
      readonly message: Uint8Array | undefined;
      readonly fault: Fault | undefined;
    }
  | {
      readonly type: 'claim-message';
      readonly id: string;
      readonly session: string;
      readonly message: Uint8Array;
    }
  | { readonly type: 'passkey-token'; readonly ref: string; readonly token: string };

function fault(json: Json): Fault {
  return { code: text(json.code), message: text(json.message), mend: text(json.mend) };
}

function faultIn(value: unknown): Fault | undefined {
  return typeof value === 'object' && value !== null ? fault(value as Json) : undefined;
}

const hex16 = (value: unknown): string => /^[0-9a-f]{16}$/.exec(text(value))?.[0] ?? '';

const readers: { [type: string]: (json: Json) => AdminMessage | undefined } = {
  site: (json) => ({ type: 'site', view: siteViewOf(json) }),
  acts: (json) => ({ type: 'acts', items: objects(json.items).map(itemOf) }),
  'act-result': (json) => ({
    type: 'act-result',
    ref: text(json.ref),
    sent: json.sent === true,
    result: json.result,
    fault: json.ok === true ? undefined : (faultIn(json.error) ?? fault({ code: 'failed' })),
  }),
  refused: (json) => ({
    type: 'refused',
    ref: text(json.ref),
    retry: json.retry === true,
    retryAfterMs: whole(json.retryAfterMs),
    fault: { code: text(json.reason), message: text(json.message), mend: '' },
  }),
  error: (json) => ({ type: 'error', ref: text(json.ref), fault: fault(json) }),
  'claim-answer': (json) => ({
    type: 'claim-answer',
    ref: text(json.ref),
    message: typeof json.message === 'string' ? bytes(json.message) : undefined,
    fault: faultIn(json.error),
  }),
  'claim-message'(json) {
    const [id, session] = [hex16(json.id), hex16(json.session)];
    if (id === '' || session === '') return undefined;
    return { type: 'claim-message', id, session, message: bytes(json.message) };
  },
  'passkey-token': (json) => ({
    type: 'passkey-token',
    ref: text(json.ref),
    token: text(json.token),
  }),
};

/** The message, or undefined for one that is not for admins or cannot be read. */
export function readAdminMessage(frame: string): AdminMessage | undefined {
  try {
    const json = JSON.parse(frame) as Json;
    const type = text(json?.type);
    return Object.hasOwn(readers, type) ? readers[type]!(json) : undefined;
  } catch {
    return undefined;
  }
}
