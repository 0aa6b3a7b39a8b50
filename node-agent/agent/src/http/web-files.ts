/**
 * Serves the web app. The files are listed once at the start and looked up by their exact path, so
 * no request can name anything else on the disk. Files are streamed: a crowd that loads the app at
 * once must not fill the memory.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { httpLimits } from './limits.ts';

interface WebFile {
  readonly type: string;
  /** Where the plain form lies, and those compressed when the app was built. */
  readonly path: string;
  readonly br: boolean;
  readonly gzip: boolean;
  /** The name holds a hash of the content: it never changes under this name. */
  readonly immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
};

const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** What is shown instead of the app where it has not been built. */
const placeholder = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Muster</title>
<h1>This node runs</h1>
<p>The web app is not built. <code>npm start</code> builds it; without it, the API under
<code>/api/v1/</code> and the command <code>muster</code> work.</p>
</html>
`;

export class WebFiles {
  readonly #folder: string;
  readonly #files = new Map<string, WebFile>();

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /** Lists the files; an absent folder is an app that has not been built. */
  start(): void {
    const paths = filesIn(this.#folder);
    const all = new Set(paths);
    for (const path of paths.slice(0, httpLimits.filesMax)) {
      const type = types[extname(path)];
      // Not by relative(): its loops over letters are hot enough here to wake V8's optimising
      // compiler, which takes 6 MB for good.
      const name = path.slice(this.#folder.length);
      if (!type) continue;
      const immutable = /^\/assets\/.*[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(name);
      const br = all.has(`${path}.br`);
      this.#files.set(name, { type, path, br, gzip: all.has(`${path}.gz`), immutable });
    }
  }

  get built(): boolean {
    return this.#files.has('/index.html');
  }

  /**
   * Answers from the app; false when it has nothing under this path. Paths without an extension are
   * places inside the app and are answered with its page.
   */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const isPlace = extname(path) === '' && !path.startsWith('/api/');
    const file = this.#files.get(path) ?? (isPlace ? this.#files.get('/index.html') : undefined);
    if (file) return sendFile(request, response, file);
    if (!isPlace || this.built) return false;
    const headers = { 'content-type': types['.html'], 'cache-control': 'no-store' };
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(placeholder) });
    response.end(request.method === 'HEAD' ? undefined : placeholder);
    return true;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: WebFile,
): Promise<boolean> {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = encodings.find(({ name }) => file[name] && acceptsEncoding(accepted, name));
  const path = `${file.path}${encoding?.suffix ?? ''}`;
  const headers: OutgoingHttpHeaders = { 'content-type': file.type, vary: 'accept-encoding' };
  if (encoding) headers['content-encoding'] = encoding.name;
  try {
    if (file.immutable) await streamFile(request, response, { path, headers });
    else await sendChecked(request, response, { path, headers });
    return true;
  } catch (error) {
    // Gone since the start: a new build is being put there. Or the reader went away.
    if (!response.headersSent && (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    response.destroy();
    return true;
  }
}

interface Sending {
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
}

/** A file that keeps its name when it changes: small, and checked by its content every time. */
async function sendChecked(
  request: IncomingMessage,
  response: ServerResponse,
  { path, headers }: Sending,
): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  const content = await readFile(path);
  const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  const validity = { etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, validity).end();
    return;
  }
  response.writeHead(200, { ...headers, ...validity, 'content-length': content.length });
  response.end(request.method === 'HEAD' ? undefined : content);
}

async function streamFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, headers }: Sending,
): Promise<void> {
  const { open } = await import('node:fs/promises');
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const validity = { 'cache-control': 'public, max-age=31536000, immutable' };
    response.writeHead(200, { ...headers, ...validity, 'content-length': size });
    if (request.method === 'HEAD') response.end();
    else await pipeline(handle.createReadStream({ autoClose: false }), response);
  } finally {
    await handle.close();
  }
}

/** `gzip;q=0` means no; everything else that names it means yes. */
function acceptsEncoding(accepted: string, name: string): boolean {
  return accepted.split(',').some((part) => {
    const [encoding, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    return encoding === name && !parameters.some((one) => /^q=0(\.0*)?$/.test(one));
  });
}
