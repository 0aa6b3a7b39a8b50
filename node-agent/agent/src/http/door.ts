/**
 * The door of step 1: what is looked at before anything of a request is read or answered. Rate of
 * the address, Host, Origin, method, path, and what is said of a body; cheapest first. Never
 * answers itself, and reads no body.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@muster/core';
import { addressGroup } from './address.ts';
import { AddressBuckets } from './address-buckets.ts';
import { type ApiError, apiErrors } from './answer.ts';
import { type HostRules, isOwnHost, isOwnOrigin } from './host-check.ts';
import { httpLimits } from './limits.ts';
import type { Asked } from './routes.ts';

export interface DoorOptions {
  readonly clock: Clock;
  readonly hostRules: Omit<HostRules, 'port' | 'usualPort'>;
  /** The port that is served plainly (or over TLS). */
  readonly portOf: (isSecure: boolean) => number;
}

export class Door {
  readonly #options: DoorOptions;
  readonly #rates = new AddressBuckets(httpLimits.requestRate, httpLimits.addressesMax);

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Why this request is not answered; undefined lets it pass. */
  judge(request: IncomingMessage): ApiError | undefined {
    const { headers, socket, url, method } = request;
    const { clock, hostRules, portOf } = this.#options;
    const { address, isSecure } = askedOf(request);
    if (!this.#rates.take(address, clock.monotonicMs())) return apiErrors.tooMany;
    const rules = { ...hostRules, port: portOf(isSecure), usualPort: isSecure ? 443 : 80 };
    if (!isOwnHost(headers.host, socket.localAddress, rules)) return apiErrors.hostForeign;
    if (hostsSaid(request) !== 1) return apiErrors.requestMalformed;
    if (!isOwnOrigin(headers.origin, headers.host)) return apiErrors.originForeign;
    if (pathOf(url) === undefined) return apiErrors.requestMalformed;
    if (method === 'POST') return undefined;
    if (method !== 'GET' && method !== 'HEAD') return apiErrors.methodUnknown;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']);
    return hasBody ? apiErrors.requestMalformed : undefined;
  }
}

/** Of several, Node shows the first; a proxy before us may have looked at another (RFC 9112). */
function hostsSaid({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/** Who asks, of a request that passed the door. */
export function askedOf({ headers, socket }: IncomingMessage): Asked {
  const address = addressGroup(socket.remoteAddress ?? '');
  return {
    host: headers.host ?? '',
    isSecure: (socket as { encrypted?: boolean }).encrypted === true,
    address,
  };
}

/** The decoded path without its query; undefined for what is no plain path of ours. */
export function pathOf(url = ''): string | undefined {
  if (!url.startsWith('/') || url.length > httpLimits.pathLengthMax) return undefined;
  try {
    return decodeURIComponent(url.split('?', 1)[0]!);
  } catch {
    return undefined;
  }
}
