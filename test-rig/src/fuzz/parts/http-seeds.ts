/** Requests as phones and boxes send them, one for each route, action and way in: seeds only. */
import { clientFrames, textFrame } from './client-frames.ts';

/** The port that a Host names; the agent listens elsewhere, but goes by this name on any. */
const host = 'Host: box.example';

const routes = [
  ...['/', '/index.html', '/some/place', '/api/v1/node', '/api/v1/status', '/api/v1/channels'],
  ...['/api/v1/openapi.json', '/health', '/ready', '/metrics', '/api/v1/trust', '/site-ca.crt'],
  ...['/site-ca.pem', '/api/v1/claim', '/api/v1/claim/events', '/%2e%2e/etc/passwd?x=1'],
];

/** Stands for the id of a challenge, as long as one. */
export const challengeWord = 'I'.repeat(32);

const json = 'application/json';
const octets = 'application/octet-stream';

const actions: readonly (readonly [path: string, type: string, body: string])[] = [
  ['/api/v1/claim/0123456789abcdef/fedcba9876543210', octets, 'abc'],
  ['/api/v1/claim/0123456789abcdef/x', octets, ''],
  ['/api/v1/passkey/options', json, '{"for":"register","session":"k"}'],
  ['/api/v1/passkey/options', json, '{}'],
  ['/api/v1/passkey/register', json, '{"id":"AQ","response":{"id":"AQ"},"name":"phone"}'],
  ['/api/v1/passkey/sign-in', json, '{"id":"AQ","response":{"id":"AQ","rawId":"AQ"}}'],
];

/** Passkeys are for secure pages, and for this name. */
const local = (body: string, path: string): string =>
  post(`/api/v1/passkey/${path}`, json, body).replace(host, 'Host: localhost');
export const signInOptions = local('{}', 'options');

/** As browsers answer a challenge. */
const assertion = {
  ...{ id: 'AQ', rawId: 'AQ', type: 'public-key', clientExtensionResults: {} },
  response: { authenticatorData: 'AQ', clientDataJSON: 'e30', signature: 'AQ', userHandle: 'AQ' },
};

/** With what it is asked for in one piece, and once more on the same connection. */
export function httpSeeds(): readonly Uint8Array[] {
  const gets = routes.map((path) => `GET ${path} HTTP/1.1\r\n${host}\r\n\r\n`);
  const posts = actions.map(([path, type, body]) => post(path, type, body));
  const others = [
    `HEAD /api/v1/status HTTP/1.1\r\n${host}\r\nIf-None-Match: "x"\r\nRange: bytes=0-1\r\n\r\n`,
    `GET / HTTP/1.0\r\n${host}\r\nConnection: keep-alive\r\nAccept-Encoding: br;q=0, gzip\r\n\r\n`,
    `OPTIONS * HTTP/1.1\r\n${host}\r\n\r\n`,
    `PUT /api/v1/node HTTP/1.1\r\n${host}\r\nContent-Length: 2\r\n\r\n{}`,
    `POST / HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    'GET / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n\r\n',
    `GET / HTTP/1.1\r\n${host}\r\nOrigin: http://box.example\r\n\r\n`,
    `CONNECT box.example:80 HTTP/1.1\r\n${host}\r\n\r\n`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
    signInOptions,
    local(JSON.stringify({ id: challengeWord, response: assertion }), 'sign-in'),
    local(JSON.stringify({ id: challengeWord, response: { id: {} } }), 'sign-in'),
    local(JSON.stringify({ id: challengeWord, response: null }), 'sign-in'),
    local(JSON.stringify({ id: 'x', response: assertion, name: 'phone' }), 'register'),
    gets.slice(3, 6).join(''),
  ];
  const texts = [...gets, ...posts, ...others].map((text) => Buffer.from(text, 'latin1'));
  const all = [...texts, upgrade(), ...clientFrames.map((frame) => upgrade(frame))];
  // Plain arrays, which the mutators copy by `slice`: that of a Buffer is a view.
  return all.map((octets) => new Uint8Array(octets));
}

function post(path: string, type: string, body: string): string {
  const length = Buffer.byteLength(body);
  const head = `POST ${path} HTTP/1.1\r\n${host}\r\nContent-Type: ${type}`;
  return `${head}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

/** A WebSocket, and what is said on it at once. */
function upgrade(frame?: Uint8Array): Uint8Array {
  const first = frame ?? textFrame('{"type":"ping","n":1}');
  return Buffer.concat([Buffer.from(socketRequest()), first]);
}

export function socketRequest(): string {
  return [
    `GET /api/v1/socket HTTP/1.1\r\n${host}\r\nOrigin: http://box.example\r\nUpgrade: websocket`,
    'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: muster.v1',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  ].join('\r\n');
}
