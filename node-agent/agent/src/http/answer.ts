/**
 * How the node answers over HTTP: security headers on everything, JSON, and errors of one shape
 * with a mend. Never says more about a failure than its code, message and mend.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

export interface ApiError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

/**
 * Strict Content-Security-Policy. Older WebKit does not count a WebSocket to the own host as
 * 'self', so the host is named too; it was checked before. wasm is for libsodium.
 */
function securityPolicy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "img-src 'self' data: blob:",
    "style-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** `host` is the checked Host header, or undefined for answers to a wrong one. */
export function securityHeaders(host: string | undefined): Record<string, string> {
  return {
    'content-security-policy': securityPolicy(host ?? 'localhost'),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  };
}

export interface Body {
  readonly status?: number;
  readonly type: string;
  readonly text: string | Uint8Array;
  readonly headers?: OutgoingHttpHeaders;
}

export function sendBody(request: IncomingMessage, response: ServerResponse, body: Body): void {
  response.writeHead(body.status ?? 200, {
    'content-type': body.type,
    'content-length': Buffer.byteLength(body.text),
    'cache-control': 'no-store',
    ...body.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body.text);
}

export function jsonBody(value: unknown, status = 200): Body {
  return { status, type: 'application/json; charset=utf-8', text: JSON.stringify(value) };
}

export function errorBody({ status, code, message, mend }: ApiError): Body {
  return jsonBody({ error: { code, message, mend } }, status);
}

/** Errors that the server itself gives, by what happened. */
export const apiErrors = {
  hostForeign: {
    status: 421,
    code: 'host-foreign',
    message: 'This node does not go by that name.',
    mend: 'Open it by its address, or add the name to http.hostNames in muster.jsonc.',
  },
  originForeign: {
    status: 403,
    code: 'origin-foreign',
    message: 'Another page may not use this node.',
    mend: 'Open the page of this node itself.',
  },
  methodUnknown: {
    status: 405,
    code: 'method-unknown',
    message: 'This method is not answered here.',
    mend: 'See /api/v1/openapi.json for what this node answers.',
  },
  bodyLong: {
    status: 413,
    code: 'body-long',
    message: 'This is longer than what is taken here.',
    mend: 'See /api/v1/openapi.json for how much is.',
  },
  bodyUnsized: {
    status: 411,
    code: 'body-unsized',
    message: 'The length of the body must be said before it.',
    mend: 'Send a Content-Length header.',
  },
  typeUnknown: {
    status: 415,
    code: 'type-unknown',
    message: 'This kind of body is not taken here.',
    mend: 'See /api/v1/openapi.json for which Content-Type is.',
  },
  busy: {
    status: 503,
    code: 'busy',
    message: 'This node does as much at once as it can.',
    mend: 'Wait a few seconds and try again.',
  },
  requestMalformed: {
    status: 400,
    code: 'request-malformed',
    message: 'This is not a request that this node understands.',
    mend: 'Send a plain path without a body.',
  },
  tooMany: {
    status: 429,
    code: 'too-many',
    message: 'Too many requests from this address.',
    mend: 'Wait a few seconds and try again.',
  },
  notFound: {
    status: 404,
    code: 'not-found',
    message: 'There is nothing under this path.',
    mend: 'Go to / for the web app, or see /api/v1/openapi.json.',
  },
  localOnly: {
    status: 403,
    code: 'local-only',
    message: 'This is answered on this machine only.',
    mend: 'Ask on the machine itself, or set http.metricsPublic in muster.jsonc.',
  },
  upgradeUnknown: {
    status: 426,
    code: 'upgrade-unknown',
    message: 'Sockets are opened at /api/v1/socket with subprotocol muster.v1 only.',
    mend: 'See docs/protocol/api.md.',
  },
  unclaimed: {
    status: 503,
    code: 'unclaimed',
    message: 'This node belongs to no site yet.',
    mend: 'Open its page to claim it.',
  },
  socketsFull: {
    status: 503,
    code: 'sockets-full',
    message: 'This node has as many visitors as it can take.',
    mend: 'Try another node, or wait.',
  },
} as const satisfies Record<string, ApiError>;
