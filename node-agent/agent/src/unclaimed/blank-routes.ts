/**
 * What a blank node answers over HTTP, beside the web app: who it is, how the claim stands, and
 * what its page may do: give it an invite, answer the preview. No store, no people, no secrets but
 * the label, which is for whoever stands before the box.
 */
import { MusterError } from '@muster/core';
import { errorBody, jsonBody } from '../http/answer.ts';
import {
  type Action,
  type ActionRequest,
  count,
  type EventRoute,
  listOf,
  object,
  type Route,
  type Schema,
  text,
  yes,
} from '../http/routes.ts';
import { apiVersion, version } from '../version.ts';
import { type ClaimState, phases } from './claim-state.ts';
import type { InviteDesk } from './invite-desk.ts';
import { unclaimedLimits } from './limits.ts';

const claimSchema: Schema = object(
  {
    unclaimed: yes('Always true.'),
    revision: count('Grows with each change.'),
    name: text('What the box calls itself.'),
    version: text('Version of the software.'),
    code: text('The label’s code, for an admin to scan.'),
    shortCode: text('To tell boxes apart.'),
    qr: text('The code as SVG.'),
    phase: { type: 'string', enum: [...phases] },
    comparison: text('Six digits; the admin sees the same.'),
    siteName: text('Of the site that claims.'),
    preview: listOf(
      object({ what: text('A setting.'), from: text('As it is.'), to: text('As it would be.') }),
    ),
    fault: object({ code: text('Which.'), message: text('What.'), mend: text('What to do.') }),
    claimants: listOf(text('Who used the code before.')),
  },
  ['comparison', 'siteName', 'preview', 'fault', 'claimants'],
);

const nodeSchema = object({
  api: count('Version of this API.'),
  version: text('Version of the software.'),
  unclaimed: yes('Always true: it belongs to no site yet.'),
  name: text('What the box calls itself.'),
});

export function blankRoutes(state: ClaimState): Route[] {
  const json = { type: 'application/json' } as const;
  return [
    {
      ...json,
      path: '/api/v1/node',
      summary: 'Who this node is.',
      schema: nodeSchema,
      answer: () => jsonBody({ api: apiVersion, version, unclaimed: true, name: state.view.name }),
    },
    {
      ...json,
      path: '/api/v1/claim',
      summary: 'How the claim of this node stands.',
      schema: claimSchema,
      answer: () => jsonBody(state.view),
    },
    {
      ...json,
      path: '/health',
      summary: 'The process lives.',
      schema: object({ ok: yes('Always true.') }),
      answer: () => jsonBody({ ok: true }),
    },
    {
      ...json,
      path: '/ready',
      summary: 'It is no member of a site yet.',
      schema: object({ ready: yes('False.'), reason: text('Why.') }),
      answer: () => jsonBody({ ready: false, reason: 'unclaimed' }, 503),
    },
  ];
}

export function blankEvents(state: ClaimState): EventRoute[] {
  return [
    {
      path: '/api/v1/claim/events',
      summary: 'How the claim stands, now and with each change.',
      schema: claimSchema,
      open: (send) => {
        send(state.view);
        return state.onChange(send);
      },
    },
  ];
}

export function blankActions(desk: InviteDesk): Action[] {
  const json = {
    takes: 'application/json',
    type: 'application/json',
    bodyBytesMax: unclaimedLimits.bodyBytesMax,
    schema: object({ ok: yes('Done.') }),
    others: { 400: 'It is not what is taken here; the error says why.' },
  } as const;
  return [
    {
      ...json,
      path: '/api/v1/claim/invite',
      summary: 'Gives the node an admin’s invite ({"code"}), or calls it off ({"code": null}).',
      answer: (request) =>
        answered(async () => {
          const { code } = readJson(request);
          if (code === null) await desk.callOff();
          else if (typeof code === 'string') await desk.give(code);
          else throw notUnderstood();
        }),
    },
    {
      ...json,
      path: '/api/v1/claim/answer',
      summary: 'Says yes or no to what the invite would change ({"accept"}).',
      answer: (request) =>
        answered(async () => {
          const { accept } = readJson(request);
          if (typeof accept !== 'boolean') throw notUnderstood();
          if (!desk.answer(accept)) throw notAsked();
        }),
    },
  ];
}

async function answered(act: () => Promise<void>) {
  try {
    await act();
    return jsonBody({ ok: true });
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    const { code, message, mend } = error;
    return errorBody({ status: 400, code, message, mend });
  }
}

function readJson({ body }: ActionRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw notUnderstood();
}

function notUnderstood(): MusterError {
  const mend = 'Reload the page of the node.';
  return new MusterError('request-malformed', 'This is not a request that it understands', mend);
}

export function notAsked(): MusterError {
  return new MusterError('claim-not-asked', 'Nothing is offered now', 'Look at the state again.');
}
