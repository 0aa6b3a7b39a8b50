/**
 * The HTTP server: where phones come in (step 1). Plain node:http with its own limits: nothing is
 * parsed, stored or answered before connection caps, request rate, Host and Origin were checked.
 * Beside http it serves https once it is given a certificate, by the same rules. Why no framework:
 * docs/adr/0013-plain-http.md.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, Logger } from '@muster/core';
import { type ApiError, apiErrors, errorBody, securityHeaders } from './answer.ts';
import { ConnectionCounter } from './connections.ts';
import { Door, type DoorOptions } from './door.ts';
import { httpLimits } from './limits.ts';
import { Listener, type TlsIdentity } from './listener.ts';
import { Router, type RouterOptions, refuse } from './router.ts';

export interface HttpServerOptions extends RouterOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
  /** For https; 0 or undefined: https is not served. */
  readonly tlsPort?: number;
  readonly hostRules: DoorOptions['hostRules'];
  /** Takes over a checked request for a socket; gives why it does not. */
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
  readonly #door: Door;
  readonly #router: Router;
  readonly #plain: Listener;
  readonly #secure: Listener;
  readonly #connections = new ConnectionCounter(httpLimits.connectionsPerAddressMax);
  readonly #requests: Record<string, number> = {};
  #securing: Promise<void> | undefined;
  #stopped = false;

  constructor(options: HttpServerOptions) {
    const { clock, host, port, tlsPort = 0, hostRules } = options;
    this.#options = options;
    this.#router = new Router(options);
    const common = {
      ...{ clock, host, connections: this.#connections },
      onRequest: (request: IncomingMessage, response: ServerResponse) =>
        this.#onRequest(request, response),
      onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.#onUpgrade(request, socket, head),
    };
    this.#plain = new Listener({ ...common, port });
    this.#secure = new Listener({ ...common, port: tlsPort });
    const portOf = (isSecure: boolean) => (isSecure ? this.#secure : this.#plain).port;
    this.#door = new Door({ clock, hostRules, portOf });
  }

  /** The port that is served; differs from the one asked for when that was 0. */
  get port(): number {
    return this.#plain.port;
  }

  /** The port of https; 0 while it is not served. */
  get tlsPort(): number {
    return this.#secure.port;
  }

  counters(): HttpCounters {
    return { requests: this.#requests, connectionsRefused: this.#connections.refused };
  }

  async start(): Promise<void> {
    if (this.#plain.port !== 0) return;
    this.#options.web.start();
    await this.#plain.start();
  }

  /**
   * Serves https with this certificate, or goes on with it where https is served already. Throws a
   * MusterError when the port cannot be had; http goes on in any case.
   */
  async useCertificate(identity: TlsIdentity): Promise<void> {
    await this.#securing?.catch(() => {});
    if (!this.#options.tlsPort || this.#stopped) return;
    if (this.#secure.port !== 0) this.#secure.renew(identity);
    else {
      this.#securing = this.#secure.start(identity);
      await this.#securing;
    }
  }

  /** Ends every connection; those that became sockets get a moment for their last frames. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#router.stop();
    await this.#securing?.catch(() => {});
    await Promise.all([this.#plain.stop(), this.#secure.stop()]);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    response.on('finish', () => {
      const kind = `${Math.floor(response.statusCode / 100)}xx`;
      this.#requests[kind] = (this.#requests[kind] ?? 0) + 1;
    });
    const error = this.#door.judge(request);
    for (const [name, value] of Object.entries(headersFor(request, error))) {
      response.setHeader(name, value);
    }
    if (error) refuse(request, response, error);
    else this.#router.answer(request, response).catch((bug) => this.#onBug(response, bug));
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until something takes over, a lost connection is nobody's error.
    socket.on('error', () => socket.destroy());
    const error = this.#judgeUpgrade(request) ?? this.#options.onUpgrade(request, socket, head);
    if (!error) return;
    const { type, text } = errorBody(error);
    const headers = {
      ...headersFor(request, error),
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const start = `HTTP/1.1 ${error.status} Refused\r\n${lines.join('')}`;
    socket.end(`${start}\r\n${text}`, () => socket.destroy());
  }

  #judgeUpgrade(request: IncomingMessage): ApiError | undefined {
    const error = this.#door.judge(request);
    return error ?? (request.method === 'POST' ? apiErrors.methodUnknown : undefined);
  }

  #onBug(response: ServerResponse, bug: unknown): void {
    // A caller that went away while its body was read is none.
    if (!response.destroyed) {
      this.#options.logger.error('request failed', { error: String(bug) });
    }
    response.destroy();
  }
}

/** A Host that is not ours is not repeated, and one is told of only once it was checked. */
function headersFor(request: IncomingMessage, error: ApiError | undefined): Record<string, string> {
  const isChecked = error !== apiErrors.hostForeign && error !== apiErrors.tooMany;
  return securityHeaders(isChecked ? request.headers.host : undefined);
}
