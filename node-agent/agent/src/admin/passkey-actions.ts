/** The passkeys' part of the HTTP API: JSON in, JSON out, each fault with its code and mend. */
import { fromUtf8, MusterError } from '@muster/core';
import { type Body, errorBody, jsonBody } from '../http/answer.ts';
import { type Action, type ActionRequest, object, text, yes } from '../http/routes.ts';
import { adminLimits } from './limits.ts';
import type { Passkeys } from './passkeys.ts';

type Members = Readonly<Record<string, unknown>>;

const common = {
  takes: 'application/json',
  type: 'application/json',
  bodyBytesMax: adminLimits.passkeyBodyBytesMax,
  others: { 400: 'Not what is asked for; the error says why.' },
} as const;

export function passkeyActions(passkeys: Passkeys): Action[] {
  const answering =
    (answer: (request: ActionRequest, members: Members) => Promise<unknown>) =>
    async (request: ActionRequest): Promise<Body> => {
      try {
        return jsonBody(await answer(request, membersOf(request.body)));
      } catch (error) {
        if (!(error instanceof MusterError)) throw error;
        const { code, message, mend } = error;
        return errorBody({ status: 400, code, message, mend });
      }
    };
  return [
    {
      ...common,
      path: '/api/v1/passkey/options',
      summary: 'What a browser needs to make a passkey, or to sign in with one.',
      schema: object({ id: text('Of the challenge; to be given back.') }),
      answer: answering((page, { for: what, session }) =>
        what === 'register'
          ? passkeys.registration(page, textOf(session))
          : passkeys.signInOptions(page),
      ),
    },
    {
      ...common,
      path: '/api/v1/passkey/register',
      summary: 'Keeps a passkey that an admin made.',
      schema: object({ ok: yes('Always true.') }),
      answer: answering((page, { id, response, name }) =>
        passkeys.register(page, { id: textOf(id), response, name: textOf(name) }),
      ),
    },
    {
      ...common,
      path: '/api/v1/passkey/sign-in',
      summary: 'A token for the socket, with which to see what admins see.',
      schema: object({ token: text('For the member `passkey` of the session request.') }),
      answer: answering((page, { id, response }) =>
        passkeys.signIn(page, { id: textOf(id), response }),
      ),
    },
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function membersOf(body: Uint8Array): Members {
  try {
    const value: unknown = JSON.parse(fromUtf8(body) ?? '');
    if (typeof value === 'object' && value !== null) return value as Members;
  } catch {
    // As below.
  }
  throw new MusterError('json-wrong', 'The body is no JSON object', 'See docs/protocol/api.md.');
}
