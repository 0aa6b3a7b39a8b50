/**
 * The HTTP server: where phones come in (step 1). Plain node:http with its own limits: nothing is
 * parsed, stored or answered before connection caps, request rate, Host and Origin were checked.
 * It takes no bodies. Why no framework: docs/adr/0013-plain-http.md.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, type Logger, MusterError } from '@muster/core';
import { addressGroup, isLoopback } from './address.ts';
import { AddressBuckets } from './address-buckets.ts';
import { type ApiError, apiErrors, errorBody, securityHeaders, sendBody } from './answer.ts';
import { ConnectionCounter } from './connections.ts';
import { type HostRules, isOwnHost, isOwnOrigin } from './host-check.ts';
import { httpLimits } from './limits.ts';
import type { Route } from './routes.ts';
import type { WebFiles } from './web-files.ts';

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
  readonly routes: readonly Route[];
  readonly web: WebFiles;
  readonly hostRules: Omit<HostRules, 'port'>;
  /** Takes over a checked request for a socket; false when it is none that it knows. */
  readonly onUpgrade: (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) => ApiError | undefined;
}

export interface HttpCounters {
  readonly requests: Readonly<Record<string, number>>;
  readonly connectionsRefused: number;
}

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #rates = new AddressBuckets(httpLimits.requestRate, httpLimits.addressesMax);
  readonly #connections = new ConnectionCounter(httpLimits.connectionsPerAddressMax);
  readonly #requests: Record<string, number> = {};
  /** Open connections, also those that became sockets; bounded by connectionsMax. */
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#routes = new Map(options.routes.map((route) => [route.path, route]));
  }

  /** The port that is served; differs from the one asked for when that was 0. */
  get port(): number {
    return this.#port;
  }

  counters(): HttpCounters {
    return { requests: this.#requests, connectionsRefused: this.#connections.refused };
  }

  async start(): Promise<void> {
    if (this.#server) return;
    this.#options.web.start();
    const server = createServer(
      {
        maxHeaderSize: httpLimits.headerBytesMax,
        headersTimeout: httpLimits.headersMsMax,
        requestTimeout: httpLimits.requestMsMax,
        keepAliveTimeout: httpLimits.keepAliveMs,
        connectionsCheckingInterval: httpLimits.checkEveryMs,
      },
      (request, response) => this.#onRequest(request, response),
    );
    server.maxHeadersCount = httpLimits.headersMax;
    server.maxConnections = httpLimits.connectionsMax;
    server.timeout = httpLimits.stallMsMax;
    server.on('connection', (socket: Socket) => {
      if (!this.#connections.add(socket)) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    server.on('clientError', (error, socket) => onClientError(error, socket));
    await listen(server, this.#options);
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Ends every connection; those that became sockets get a moment for their last frames. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    const timer = this.#options.clock.after(httpLimits.lastFramesMs, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await closed;
    timer.cancel();
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    response.on('finish', () => {
      const kind = `${Math.floor(response.statusCode / 100)}xx`;
      this.#requests[kind] = (this.#requests[kind] ?? 0) + 1;
    });
    const error = this.#judge(request);
    const { host } = request.headers;
    const checkedHost = error === apiErrors.hostForeign ? undefined : host;
    for (const [name, value] of Object.entries(securityHeaders(checkedHost))) {
      if (value !== undefined) response.setHeader(name, value);
    }
    if (error) refuse(request, response, error);
    else this.#answer(request, response).catch((bug) => this.#onBug(response, bug));
  }

  /** Why this request is not answered; undefined lets it pass. */
  #judge(request: IncomingMessage): ApiError | undefined {
    const { headers, socket, url } = request;
    const nowMs = this.#options.clock.monotonicMs();
    const address = addressGroup(socket.remoteAddress ?? '');
    if (!this.#rates.take(address, nowMs)) return apiErrors.tooMany;
    const rules = { ...this.#options.hostRules, port: this.#port };
    if (!isOwnHost(headers.host, socket.localAddress, rules)) return apiErrors.hostForeign;
    if (!isOwnOrigin(headers.origin, headers.host)) return apiErrors.originForeign;
    if (request.method !== 'GET' && request.method !== 'HEAD') return apiErrors.methodUnknown;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']);
    return hasBody || pathOf(url) === undefined ? apiErrors.requestMalformed : undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url) ?? '/';
    const route = this.#routes.get(path);
    if (route) {
      const isHere = isLoopback(request.socket.remoteAddress ?? '');
      if (route.isLocalOnly?.() && !isHere) refuse(request, response, apiErrors.localOnly);
      else sendBody(request, response, route.answer());
    } else if (!(await this.#options.web.answer(request, response, path))) {
      refuse(request, response, apiErrors.notFound);
    }
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until something takes over, a lost connection is nobody's error.
    socket.on('error', () => socket.destroy());
    const error = this.#judge(request) ?? this.#options.onUpgrade(request, socket, head);
    if (!error) return;
    const { text } = errorBody(error);
    socket.end(
      `HTTP/1.1 ${error.status} Refused\r\ncontent-type: application/json\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
      () => socket.destroy(),
    );
  }

  #onBug(response: ServerResponse, bug: unknown): void {
    this.#options.logger.error('request failed', { error: String(bug) });
    response.destroy();
  }
}

/** The decoded path without its query; undefined for what is no plain path of ours. */
function pathOf(url = ''): string | undefined {
  if (!url.startsWith('/') || url.length > httpLimits.pathLengthMax) return undefined;
  try {
    return decodeURIComponent(url.split('?', 1)[0]!);
  } catch {
    return undefined;
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, error: ApiError): void {
  const headers = error.status === 429 ? { 'retry-after': '5' } : {};
  // What may still follow on this connection (a body) is not read.
  response.shouldKeepAlive = false;
  sendBody(request, response, { ...errorBody(error), headers });
}

function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  if (!socket.writable) socket.destroy();
  else
    socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n\r\n`, () => socket.destroy());
}

async function listen(server: Server, options: { host: string; port: number }): Promise<void> {
  const { host, port } = options;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: 511 }, resolve);
    });
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, host, port);
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): MusterError {
  const options = { cause: error };
  if (error.code === 'EADDRINUSE') {
    const mend = 'Stop the program that uses it, or choose another port with --port.';
    return new MusterError('port-taken', `Port ${port} is taken`, mend, options);
  }
  if (error.code === 'EACCES') {
    const mend = 'Choose a port from 1024 on, or give the right to use it (see setcap, systemd).';
    return new MusterError(
      'port-forbidden',
      `Port ${port} may not be used by this user`,
      mend,
      options,
    );
  }
  const mend = 'Set http.host to an address of this machine, or to 0.0.0.0 for all.';
  return new MusterError('host-wrong', `Cannot serve on ${host} (${error.code})`, mend, options);
}
