/**
 * Finds what answers a request that passed the door: a route, an action with its body, a stream of
 * events, a file of the web app. Bodies are read whole, bounded, and only for an action that takes
 * them. Guards step 1; what an answer says is not decided here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@muster/core';
import { isLoopback } from './address.ts';
import { type ApiError, apiErrors, errorBody, sendBody } from './answer.ts';
import { askedOf, pathOf } from './door.ts';
import { EventStreams } from './event-streams.ts';
import { httpLimits } from './limits.ts';
import { Places } from './places.ts';
import type { Action, EventRoute, Route } from './routes.ts';
import type { WebFiles } from './web-files.ts';

export interface RouterOptions {
  readonly clock: Clock;
  readonly routes: readonly Route[];
  readonly actions?: readonly Action[];
  readonly events?: readonly EventRoute[];
  readonly web: WebFiles;
}

interface FoundAction {
  readonly action: Action;
  readonly params: Readonly<Record<string, string>>;
}

export class Router {
  readonly #options: RouterOptions;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #events: ReadonlyMap<string, EventRoute>;
  readonly #streams: EventStreams;
  readonly #places = new Places(httpLimits.actions);

  constructor(options: RouterOptions) {
    const { clock, routes, events = [] } = options;
    this.#options = options;
    this.#routes = new Map(routes.map((route) => [route.path, route]));
    this.#events = new Map(events.map((route) => [route.path, route]));
    this.#streams = new EventStreams(clock);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url) ?? '/';
    if (request.method === 'POST') return this.#act(request, response, path);
    const route = this.#routes.get(path);
    const events = this.#events.get(path);
    if (route) {
      if (isBarred(route, request)) refuse(request, response, apiErrors.localOnly);
      else sendBody(request, response, route.answer(askedOf(request)));
    } else if (events) {
      if (!this.#streams.open(request, response, events)) refuse(request, response, apiErrors.busy);
    } else if (!(await this.#options.web.answer(request, response, path))) {
      refuse(request, response, apiErrors.notFound);
    }
  }

  stop(): void {
    this.#streams.stop();
  }

  async #act(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const found = this.#actionAt(path);
    const error = found ? bodyFault(request, found.action) : this.#noAction(path);
    if (!found || error) return refuse(request, response, error ?? apiErrors.notFound);
    const asked = askedOf(request);
    const leave = this.#places.take(asked.address);
    if (!leave) return refuse(request, response, apiErrors.busy);
    try {
      const body = await readBody(request);
      const { action, params } = found;
      sendBody(request, response, await action.answer({ ...asked, params, body }));
    } finally {
      leave();
    }
  }

  #actionAt(path: string): FoundAction | undefined {
    for (const action of this.#options.actions ?? []) {
      const params = paramsOf(action.path, path);
      if (params) return { action, params };
    }
    return undefined;
  }

  #noAction(path: string): ApiError {
    const isThere = this.#routes.has(path) || this.#events.has(path);
    return isThere ? apiErrors.methodUnknown : apiErrors.notFound;
  }
}

function bodyFault(request: IncomingMessage, action: Action): ApiError | undefined {
  const { headers } = request;
  const length = headers['content-length'];
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (isBarred(action, request)) return apiErrors.localOnly;
  if (type.trim().toLowerCase() !== action.takes) return apiErrors.typeUnknown;
  if (length === undefined || !/^\d+$/.test(length)) return apiErrors.bodyUnsized;
  return Number(length) > action.bodyBytesMax ? apiErrors.bodyLong : undefined;
}

export function refuse(request: IncomingMessage, response: ServerResponse, error: ApiError): void {
  const headers = error.status === 429 || error.status === 503 ? { 'retry-after': '5' } : {};
  // What may still follow on this connection (a body) is not read.
  response.shouldKeepAlive = false;
  sendBody(request, response, { ...errorBody(error), headers });
}

function isBarred(route: Pick<Route, 'isLocalOnly'>, { socket }: IncomingMessage): boolean {
  return route.isLocalOnly?.() === true && !isLoopback(socket.remoteAddress ?? '');
}

/** The parameters of a path that fits the pattern; undefined when it does not. */
function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!;
    if (!part.startsWith('{')) {
      if (part !== value) return undefined;
    } else if (/^[A-Za-z0-9_-]{1,64}$/.test(value)) params[part.slice(1, -1)] = value;
    else return undefined;
  }
  return params;
}

/** Its length was said and is bounded; the server's time limits end one that does not come. */
async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
