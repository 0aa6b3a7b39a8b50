/**
 * Guards the door of step 1: which Host and Origin headers are answered. A page from elsewhere
 * could otherwise reach this node through its visitor's browser (DNS rebinding, cross-site
 * WebSocket). Never answers to a name that was not given to this node.
 */
import { canonicalAddress, isLoopback } from './address.ts';

export interface HostRules {
  /** The port that is served. */
  readonly port: number;
  /** The port that a Host without one means: 80, over TLS 443. */
  readonly usualPort: number;
  /** Names of this node, lower case, such as `localhost` and `box-1.local`. */
  readonly names: readonly string[];
  /** Configured names, lower case, each with or without a port. */
  readonly hostNames: readonly string[];
  /** Whether a canonical address is one of this machine's. */
  isOwnAddress(address: string): boolean;
}

interface HostParts {
  readonly name: string;
  readonly port: number | undefined;
}

/** `localAddress` is where the connection came in: always one of this machine's addresses. */
export function isOwnHost(
  host: string | undefined,
  localAddress: string | undefined,
  rules: HostRules,
): boolean {
  const parts = splitHost(host);
  if (!parts) return false;
  const { name, port } = parts;
  if (rules.hostNames.includes(port === undefined ? name : `${name}:${port}`)) return true;
  // A configured name without a port is also right with the port that is served.
  if (rules.hostNames.includes(name) && port === rules.port) return true;
  if ((port ?? rules.usualPort) !== rules.port) return false;
  if (rules.names.includes(name)) return true;
  const address = canonicalAddress(name);
  if (address === undefined) return false;
  if (localAddress !== undefined && canonicalAddress(localAddress) === address) return true;
  return isLoopback(address) || rules.isOwnAddress(address);
}

/** Without an Origin no browser page is behind the request; with one it must be this node's own. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const match = /^(https?):\/\/([^/?#@\s]+)$/i.exec(origin);
  const from = splitHost(match?.[2]);
  const to = splitHost(host);
  if (!match || !from || !to || from.name !== to.name) return false;
  const fallback = match[1]!.toLowerCase() === 'https' ? 443 : 80;
  // Behind a proxy that speaks https the Host may lack the port which the Origin's scheme implies.
  return (from.port ?? fallback) === (to.port ?? fallback);
}

/** A zone is a name of an interface, and browsers send none. */
const hostForm =
  /^(?:\[([0-9a-f:.]{2,45}(?:%[\w.-]{1,15})?)\]|([a-z0-9._-]{1,253}))(?::(\d{1,5}))?$/i;

function splitHost(host: string | undefined): HostParts | undefined {
  const match = hostForm.exec(host ?? '');
  if (!match) return undefined;
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (match[1] !== undefined) {
    const name = match[1].includes(':') ? canonicalAddress(match[1]) : undefined;
    return name === undefined ? undefined : { name, port };
  }
  return { name: match[2]!.toLowerCase().replace(/\.$/, ''), port };
}
