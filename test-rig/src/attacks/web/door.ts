/**
 * Every case of the door against every kind of route, over raw sockets: bad Hosts and Origins are
 * answered 421, 403 or 400 and told nothing, good ones are served, and what is answered forbids
 * framing, sniffing and foreign scripts.
 */
import { randomBytes } from 'node:crypto';
import type { AttackReport } from './attack-report.ts';
import { type DoorCase, doorCases } from './door-cases.ts';
import { type RawAnswer, rawRequest } from './raw-request.ts';

interface RouteKind {
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** The door's own answers: wrong Host, foreign Origin, not a request. 0: cut without a word. */
const refusals: ReadonlySet<number> = new Set([0, 400, 403, 421]);
const parallel = 16;
/** The box counts requests by address: each of these takes a share. */
const addresses = 60;

/** `asset`: path of a file of the built app. */
const routeKinds = (asset: string): RouteKind[] => [
  { name: 'page', method: 'GET', path: '/' },
  { name: 'file', method: 'HEAD', path: asset },
  { name: 'manifest', method: 'GET', path: '/manifest.webmanifest' },
  { name: 'worker', method: 'HEAD', path: '/sw.js' },
  { name: 'API', method: 'GET', path: '/api/v1/node' },
  { name: 'status', method: 'GET', path: '/api/v1/status' },
  { name: 'document', method: 'GET', path: '/api/v1/openapi.json' },
  { name: 'trust', method: 'GET', path: '/api/v1/trust' },
  { name: 'health', method: 'GET', path: '/health' },
  { name: 'metrics', method: 'GET', path: '/metrics' },
  {
    ...{ name: 'claim', method: 'POST', path: '/api/v1/claim/00112233445566778899aabbccddeeff/aa' },
    headers: ['Content-Type: application/octet-stream', 'Content-Length: 4'],
    body: 'test',
  },
  {
    ...{ name: 'passkey', method: 'POST', path: '/api/v1/passkey/options' },
    headers: ['Content-Type: application/json', 'Content-Length: 2'],
    body: '{}',
  },
  {
    ...{ name: 'socket', method: 'GET', path: '/api/v1/socket' },
    headers: [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: muster.v1',
    ],
  },
];

export async function attackDoor(
  target: { readonly port: number; readonly asset: string },
  report: AttackReport,
): Promise<void> {
  const cases = doorCases(target.port);
  const kinds = routeKinds(target.asset);
  const waiting = cases.flatMap((one) => kinds.map((kind) => ({ one, kind })));
  report.count('doorCases', cases.length);
  report.count('doorCasesBad', cases.filter(({ isServed }) => !isServed).length);
  report.count('doorRequests', waiting.length);
  let number = 0;
  const lane = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      number += 1;
      const from = `127.0.1.${1 + (number % addresses)}`;
      const answer = await rawRequest({ port: target.port, from }, bytesOf(next.one, next.kind));
      const fault = faultOf(next.one, answer);
      if (fault) report.fail(`${next.kind.name}, ${next.one.name}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}

function bytesOf({ headers, targetPrefix = '' }: DoorCase, kind: RouteKind): string {
  const lines = [
    `${kind.method} ${targetPrefix}${kind.path} HTTP/1.1`,
    ...headers,
    ...(kind.headers ?? ['Connection: close']),
    ...(kind.name === 'socket' ? [`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`] : []),
    ...(kind.method === 'POST' ? ['Connection: close'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${kind.body ?? ''}`;
}

function faultOf(one: DoorCase, answer: RawAnswer): string | undefined {
  const { status, headers, body } = answer;
  const isRefused = refusals.has(status) && !isOther(answer);
  if (one.isServed && isRefused) return `refused with ${status}`;
  if (one.isServed && status >= 500) return `answered ${status}`;
  if (!one.isServed && !isRefused) return `served with ${status}`;
  // What Node's own parser refuses has no content that a browser could show.
  const isBare = refusals.has(status) && !headers.has('content-type');
  if (isBare || status === 101) return undefined;
  if (!one.isServed && !/^(\{"error":\{"code":"[a-z-]+",.*\}\})?$/s.test(body)) {
    return `told ${body.slice(0, 80)}`;
  }
  return headerFault(answer);
}

/** A 403 or 400 that is not the door's: it got past it. */
function isOther({ body, status }: RawAnswer): boolean {
  const code = /"code":"([a-z-]+)"/.exec(body)?.[1];
  const own = ['origin-foreign', 'host-foreign', 'request-malformed', undefined];
  return (status === 403 || status === 400) && !own.includes(code);
}

/** What every answer carries, so that no other page can frame it, sniff it or run beside it. */
export function headerFault({ headers }: Pick<RawAnswer, 'headers'>): string | undefined {
  const policy = headers.get('content-security-policy') ?? '';
  const wanted = ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"];
  const lacking = [...wanted, "form-action 'none'"].find((part) => !policy.includes(part));
  if (lacking) return `its policy lacks ${lacking}`;
  const script = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
  if (/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|\*|https?:|data:/.test(script)) {
    return `its policy lets run ${script}`;
  }
  if (headers.get('x-content-type-options') !== 'nosniff') return 'it may be sniffed';
  if (headers.get('referrer-policy') !== 'no-referrer') return 'it tells where people come from';
  if (headers.get('cross-origin-resource-policy') !== 'same-origin') return 'others may embed it';
  return headers.has('access-control-allow-origin') ? 'others may read it' : undefined;
}
