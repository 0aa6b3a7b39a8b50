/**
 * Paths that try to leave the folder of the web app or to make one file pass for another: only
 * files of the app are served, each under its own path and type, and never as something to sniff.
 */
import type { AttackReport } from './attack-report.ts';
import { headerFault } from './door.ts';
import { type RawAnswer, rawRequest } from './raw-request.ts';

const up = ['..', '.%2e', '%2e.', '%2e%2e', '%252e%252e', '..%00', '%c0%ae%c0%ae', '%uff0e%uff0e'];
const slashes = ['/', '%2f', '\\', '%5c', '%252f', '%c0%af', '//', '/./', ';/', '%e2%88%95'];
const wanted = ['site.key', 'node.key', 'store.db', 'muster.jsonc', 'etc/passwd', 'package.json'];

const single = [
  ...['/.env', '/.git/config', '/.git/HEAD', '/site.key', '/node.key', '/site.json', '/store.db'],
  ...['/muster.jsonc', '/first-admin.json', '/control.sock', '/package.json', '/src/main.tsx'],
  ...['/index.html%00.js', '/index.html%20', '/index.html.', '/index.html/', '/index.html::$DATA'],
  ...['/INDEX.HTML', '/Index.html', '/index.html;x=1', '/index.html%3Fx', '/index.html%23x'],
  ...[
    '/index.html.br',
    '/index.html.gz',
    '/assets',
    '/assets/',
    '/assets//',
    '/assets/.',
    '/assets/..',
  ],
  ...[
    '//evil.example/',
    '///evil.example',
    '/\\evil.example',
    '/%5cevil.example',
    '/.//evil.example',
  ],
  ...['/%0d%0aSet-Cookie:x=1', '/%0d%0a%0d%0a<script>hit(1)</script>', '/%E0%A4%A', '/%', '/%zz'],
  ...['/<script>hit(1)</script>', '/%3Cscript%3Ehit(1)%3C/script%3E', '/"onload="hit(1)'],
  ...[
    '/api/v1/../../site.key',
    '/api/v1/node/',
    '/api/v1/node/..',
    '/api/v1//node',
    '/API/v1/node',
  ],
  ...['/api/v1/__proto__', '/__proto__', '/constructor', '/toString', '/hasOwnProperty', '/null'],
  ...['/api/v1/claim/__proto__/x', '/api/v1/passkey/__proto__', '/favicon.ico', '/robots.txt'],
  ...['/sw.js/../site.key', '/manifest.webmanifest/', '/icon.svg/x', `/${'a'.repeat(3_000)}`],
  ...['/file:///etc/passwd', '/C:/windows/win.ini', '/proc/self/environ', '/dev/random', '/~root/'],
];

function paths(): string[] {
  const climbing = up.flatMap((one, i) =>
    slashes.map((slash, j) => {
      const file = wanted[(i + j) % wanted.length]!;
      return `/${i % 2 === 0 ? `assets${slash}` : ''}${`${one}${slash}`.repeat(6)}${file}`;
    }),
  );
  return [...single, ...climbing];
}

/** The one type under which each kind of file may come. */
const types: Readonly<Record<string, RegExp>> = {
  html: /^text\/html; charset=utf-8$/,
  js: /^text\/javascript; charset=utf-8$/,
  css: /^text\/css; charset=utf-8$/,
  svg: /^image\/svg\+xml/,
  png: /^image\/png$/,
  webmanifest: /^application\/manifest\+json/,
};

export async function attackFiles(
  target: { readonly port: number; readonly files: readonly string[] },
  report: AttackReport,
): Promise<void> {
  const ask = (path: string): Promise<RawAnswer> => {
    const lines = [`GET ${path} HTTP/1.1`, `Host: localhost:${target.port}`, 'Connection: close'];
    return rawRequest({ port: target.port, from: '127.0.3.1' }, `${lines.join('\r\n')}\r\n\r\n`);
  };
  const all = paths();
  const page = await ask('/');
  for (const path of all) {
    const { status, headers, body } = await ask(path);
    const name = JSON.stringify(path.slice(0, 80));
    // A path that looks like a place of the app is answered with its page, and nothing else.
    const isFine = status === 200 ? body === page.body : status >= 400 && status < 500;
    if (!isFine) report.fail(`${name} was answered ${status} ${body.slice(0, 40)}`);
    if (/root:|"seed"|hit\(1\)|BEGIN /.test(body)) report.fail(`${name} told what it must not`);
    if (headers.has('set-cookie') || headers.has('location')) report.fail(`${name} made a header`);
    const fault = headers.has('content-type') ? headerFault({ headers }) : undefined;
    if (fault) report.fail(`${name}: ${fault}`);
  }
  for (const path of target.files) {
    const answer = await ask(path);
    const type = answer.headers.get('content-type') ?? '';
    const kind = /\.([a-z]+)$/.exec(path)?.[1] ?? 'html';
    const fault = answer.status === 200 ? headerFault(answer) : `answered ${answer.status}`;
    if (fault) report.fail(`${path}: ${fault}`);
    if (!types[kind]?.test(type)) report.fail(`${path} comes as ${type}`);
  }
  report.count('pathsTried', all.length + target.files.length);
}
