/**
 * Server-sent events (HTML standard, section 9.2): what a page hears without asking again, where it
 * has no socket. One line of JSON an event. A reader that does not take them is cut off; whoever
 * was cut connects again by itself and gets the newest state first.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '@muster/core';
import { askedOf } from './door.ts';
import { httpLimits } from './limits.ts';
import { Places } from './places.ts';
import type { EventRoute } from './routes.ts';

export class EventStreams {
  readonly #clock: Clock;
  readonly #places = new Places(httpLimits.eventStreams);
  readonly #readers = new Set<ServerResponse>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when there are as many readers as may be. */
  open(request: IncomingMessage, response: ServerResponse, route: EventRoute): boolean {
    const leave = this.#places.take(askedOf(request).address);
    if (!leave) return false;
    response.once('close', leave);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    if (request.method === 'HEAD') {
      response.end();
      return true;
    }
    this.#readers.add(response);
    let timer: Timer;
    const keepAlive = (): void => {
      write(response, ':\n\n');
      timer = this.#clock.after(httpLimits.eventKeepAliveMs, keepAlive);
    };
    keepAlive();
    const end = route.open((event) => write(response, `data: ${JSON.stringify(event)}\n\n`));
    response.once('close', () => {
      timer.cancel();
      this.#readers.delete(response);
      end();
    });
    return true;
  }

  stop(): void {
    for (const reader of this.#readers) reader.destroy();
  }
}

function write(response: ServerResponse, text: string): void {
  if (response.destroyed) return;
  if (response.writableLength > httpLimits.eventBytesMax) response.destroy();
  else response.write(text);
}
