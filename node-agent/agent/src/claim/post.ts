/**
 * The one request that claiming sends: octets by POST to the claim endpoint of another node, octets
 * back. Bounded in time and size, to near addresses only, follows nothing elsewhere. What came back
 * is judged by the claim's state machine, not here.
 */
import { type IncomingMessage, request } from 'node:http';
import { type Clock, toHex } from '@muster/core';
import { claimHttpLimits } from './limits.ts';
import { isNear, type NearAddress } from './near-address.ts';

export interface ClaimPost {
  readonly to: NearAddress;
  /** 8 bytes. */
  readonly claimId: Uint8Array;
  /** 16 hex digits, the caller's choice. */
  readonly session: string;
  readonly message: Uint8Array;
}

export type PostFault =
  /** Nobody answers there, or nothing that makes sense. */
  | 'unreachable'
  /** A node is there, and knows nothing of this code. */
  | 'not-awaited'
  /** It has as much to do as it can; later. */
  | 'busy'
  /** The code was used already. */
  | 'used'
  /** The claim is over there. */
  | 'ended';

export type PostAnswer =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  /** Ask again with the same message. */
  | { readonly kind: 'later' }
  /** `claimants`: who used the code, in a stranger's words, bounded. */
  | { readonly kind: PostFault; readonly claimants: readonly string[] };

/** Never throws: whatever goes wrong is an answer. */
export async function postClaim(clock: Clock, post: ClaimPost): Promise<PostAnswer> {
  const answer = await exchange(clock, post).catch(() => undefined);
  if (!answer) return { kind: 'unreachable', claimants: [] };
  const { status, body } = answer;
  if (status === 200) return { kind: 'message', message: body };
  if (status === 202) return { kind: 'later' };
  if (status === 409) return { kind: 'used', claimants: claimantsIn(body) };
  return { kind: faults[status] ?? 'unreachable', claimants: [] };
}

const faults: Readonly<Record<number, PostFault>> = {
  404: 'not-awaited',
  410: 'ended',
  429: 'busy',
  503: 'busy',
};

interface Octets {
  readonly status: number;
  readonly body: Uint8Array;
}

function exchange(clock: Clock, post: ClaimPost): Promise<Octets> {
  const { to, claimId, session, message } = post;
  return new Promise((resolve, reject) => {
    const sent = request({
      ...{ host: to.host, port: to.port, method: 'POST', agent: false },
      path: `/api/v1/claim/${toHex(claimId)}/${session}`,
      headers: { 'content-type': 'application/octet-stream', 'content-length': message.length },
    });
    const late = clock.after(claimHttpLimits.requestMsMax, () =>
      sent.destroy(new Error('no answer in time')),
    );
    sent.once('close', () => {
      late.cancel();
      reject(new Error('it hung up'));
    });
    sent.once('error', reject);
    // A name may lead anywhere; it is known only now where.
    sent.on('socket', (socket) =>
      socket.on('lookup', (_, address) => {
        if (!isNear(String(address))) sent.destroy(new Error('not a near address'));
      }),
    );
    sent.once('response', (response) => {
      readAll(response).then((body) => {
        if (body) resolve({ status: response.statusCode ?? 0, body });
        else sent.destroy(new Error('the answer is too long'));
      }, reject);
    });
    sent.end(message);
  });
}

async function readAll(response: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > claimHttpLimits.messageBytesMax) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function claimantsIn(body: Uint8Array): string[] {
  try {
    const { claimants } = JSON.parse(Buffer.from(body).toString()) as { claimants?: unknown };
    if (!Array.isArray(claimants)) return [];
    const texts = claimants.filter((one): one is string => typeof one === 'string');
    return texts.slice(0, claimHttpLimits.claimantsMax).map((text) => text.slice(0, 128));
  } catch {
    return [];
  }
}
