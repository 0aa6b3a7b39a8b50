/**
 * The claim endpoint, `POST /api/v1/claim/<claim id>/<session>`: the same on a blank node and on
 * the desk of a member. Octets in, octets out; what they mean is the state machine's matter. The
 * statuses are the only thing that a stranger learns here.
 */
import { type Body, jsonBody } from '../http/answer.ts';
import type { Action } from '../http/routes.ts';
import { claimHttpLimits } from './limits.ts';
import type { ClaimMessage, SinkAnswer } from './sessions.ts';

/** Takes the messages of claims: a desk, or a blank node. */
export interface ClaimTaker {
  take(id: string, message: ClaimMessage): Promise<SinkAnswer | 'busy' | 'unknown'>;
}

export function claimAction(taker: ClaimTaker): Action {
  return {
    path: '/api/v1/claim/{claimId}/{session}',
    summary: 'A message of a claim; answered with the next one.',
    takes: 'application/octet-stream',
    type: 'application/octet-stream',
    bodyBytesMax: claimHttpLimits.messageBytesMax,
    others: {
      202: 'Not yet: send the same again.',
      404: 'Nobody awaits this claim here.',
      409: 'The code was used before; `claimants` says by whom.',
      410: 'This claim is over.',
      503: 'As many claims as may be; send the same again later.',
    },
    async answer({ params, body, address }) {
      const { claimId = '', session = '' } = params;
      if (!/^[0-9a-f]{16}$/.test(claimId) || !/^[0-9a-f]{16}$/.test(session)) {
        return said(404, 'unknown');
      }
      return bodyOf(await taker.take(claimId, { session, address, message: body }));
    },
  };
}

const retry = { 'retry-after': String(claimHttpLimits.retryAfterS) };

function bodyOf(answer: SinkAnswer | 'busy' | 'unknown'): Body {
  if (answer instanceof Uint8Array) return { type: 'application/octet-stream', text: answer };
  if (answer === 'later') return { ...said(202, 'later'), headers: retry };
  if (answer === 'busy') return { ...said(503, 'busy'), headers: retry };
  if (answer === 'unknown') return said(404, 'unknown');
  if (answer === 'ended') return said(410, 'ended');
  const claimants = answer.claimants.slice(0, claimHttpLimits.claimantsMax);
  return jsonBody({ state: 'used', claimants }, 409);
}

function said(status: number, state: string): Body {
  return jsonBody({ state }, status);
}
