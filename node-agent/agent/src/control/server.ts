/**
 * The agent's end of the control socket: takes one request a connection and answers it. No step of
 * a message's way. Only this machine's user can open it (the data folder is 0700, the socket 0600);
 * still nothing that comes in is believed to be well-formed.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, type Logger, MusterError } from '@muster/core';
import type { ControlCommand } from '../extension.ts';
import { listenAt } from './listen-at.ts';
import { type ControlAnswer, type ControlRequest, controlLimits } from './protocol.ts';

export interface ControlServerOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly commands: ReadonlyMap<string, ControlCommand>;
}

export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: ControlServerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#server) return;
    const server = createServer((socket) => this.#accept(socket));
    server.maxConnections = controlLimits.connectionsMax;
    await listenAt(server, this.#options.path);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    // Node removes it by the name it was given, which may have been the short one.
    rmSync(this.#options.path, { force: true });
  }

  #accept(socket: Socket): void {
    const { clock } = this.#options;
    this.#sockets.add(socket);
    const late = clock.after(controlLimits.requestMsMax, () => socket.destroy());
    socket.once('close', () => {
      late.cancel();
      this.#sockets.delete(socket);
    });
    // The caller went away: nothing to tell anybody.
    socket.on('error', () => {});
    let text = '';
    socket.setEncoding('utf8');
    const onData = (chunk: string): void => {
      text += chunk;
      if (text.length > controlLimits.requestBytesMax) {
        // Also when its end has come with it: what is too long is not carried out.
        socket.off('data', onData);
        socket.destroy();
        return;
      }
      const end = text.indexOf('\n');
      if (end === -1) return;
      late.cancel();
      socket.off('data', onData);
      void this.#answer(text.slice(0, end)).then((answer) =>
        socket.end(`${JSON.stringify(answer)}\n`),
      );
    };
    socket.on('data', onData);
  }

  async #answer(line: string): Promise<ControlAnswer> {
    const request = readRequest(line);
    const command = request && this.#options.commands.get(request.command);
    if (!request || !command) {
      const what = request ? `"${request.command}"` : 'this request';
      const mend = 'Ask with the muster command of the version that runs here.';
      return failure('unknown-command', `The agent does not know ${what}`, mend);
    }
    try {
      return { ok: true, result: (await command(request.params)) ?? null };
    } catch (error) {
      if (error instanceof MusterError) return failure(error.code, error.message, error.mend);
      this.#options.logger.error('command-failed', {
        command: request.command,
        error: String(error),
      });
      return failure('unexpected', String(error), 'See the log of the agent, and report it.');
    }
  }
}

function failure(code: string, message: string, mend: string): ControlAnswer {
  return { ok: false, error: { code, message, mend } };
}

function readRequest(line: string): ControlRequest | undefined {
  try {
    const { command, params = {} } = JSON.parse(line) as Partial<ControlRequest>;
    const right = typeof command === 'string' && typeof params === 'object' && params !== null;
    return right ? { command, params } : undefined;
  } catch {
    return undefined;
  }
}
