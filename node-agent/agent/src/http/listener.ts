/**
 * One listening socket of the HTTP side, plain or over TLS, with node:http's own bounds set. Plain
 * and TLS share one counter of connections, so TLS is no way around the caps. Judges no request.
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, MusterError } from '@muster/core';
import type { ConnectionCounter } from './connections.ts';
import { httpLimits } from './limits.ts';

/** PEM texts. */
export interface TlsIdentity {
  readonly key: string;
  readonly certificate: string;
}

export interface ListenerOptions {
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  /** Shared by all listeners of a node. */
  readonly connections: ConnectionCounter;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

const serverOptions: ServerOptions = {
  maxHeaderSize: httpLimits.headerBytesMax,
  headersTimeout: httpLimits.headersMsMax,
  requestTimeout: httpLimits.requestMsMax,
  keepAliveTimeout: httpLimits.keepAliveMs,
  connectionsCheckingInterval: httpLimits.checkEveryMs,
};

export class Listener {
  readonly #options: ListenerOptions;
  /** Open connections, also those that became sockets; bounded by connectionsMax. */
  readonly #sockets = new Set<Socket>();
  #server: Server | SecureServer | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** The port that is served, 0 while none is. */
  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** With an identity over TLS. Throws a MusterError when the port cannot be had. */
  async start(identity?: TlsIdentity): Promise<void> {
    if (this.#server) return;
    const server = await this.#make(identity);
    server.maxHeadersCount = httpLimits.headersMax;
    server.maxConnections = httpLimits.connectionsMax;
    server.timeout = httpLimits.stallMsMax;
    server.on('connection', (socket: Socket) => this.#count(socket));
    server.on('upgrade', this.#options.onUpgrade);
    server.on('clientError', (error, socket) => onClientError(error, socket));
    await listen(server, this.#options);
    this.#server = server;
  }

  /** The next handshakes show this certificate; connections that stand go on. */
  renew({ key, certificate }: TlsIdentity): void {
    (this.#server as SecureServer).setSecureContext({ key, cert: certificate });
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

  async #make(identity: TlsIdentity | undefined): Promise<Server | SecureServer> {
    const { onRequest } = this.#options;
    if (!identity) return createServer(serverOptions, onRequest);
    // Loaded only where there is a certificate: it costs memory.
    const { createServer: createSecureServer } = await import('node:https');
    const { key, certificate: cert } = identity;
    const tls = { key, cert, handshakeTimeout: httpLimits.tlsHandshakeMsMax };
    const server = createSecureServer({ ...serverOptions, ...tls }, onRequest);
    server.on('tlsClientError', (_, socket) => socket.destroy());
    return server;
  }

  #count(socket: Socket): void {
    if (!this.#options.connections.add(socket)) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
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
    const message = `Port ${port} may not be used by this user`;
    return new MusterError('port-forbidden', message, mend, options);
  }
  const mend = 'Set http.host to an address of this machine, or to 0.0.0.0 for all.';
  return new MusterError('host-wrong', `Cannot serve on ${host} (${error.code})`, mend, options);
}
