/**
 * Which pages may open a WebSocket to the broker: those that this machine itself serves. A page
 * from elsewhere could otherwise reach it through its visitor's browser (DNS rebinding, cross-site
 * WebSocket). The port may differ, for the node's own pages come from another one.
 */

export interface PageHeaders {
  readonly host: string | undefined;
  /** Absent where no browser is behind it. */
  readonly origin: string | undefined;
}

/** `localAddress`: where the connection came in. `hostNames`: further names of this machine. */
export function isOwnPage(
  { host, origin }: PageHeaders,
  localAddress: string | undefined,
  hostNames: readonly string[],
): boolean {
  const name = hostNameOf(`http://${host ?? ''}`);
  if (name === undefined) return false;
  const isOwn = name === 'localhost' || hostNames.includes(name) || name === hostOf(localAddress);
  return isOwn && (origin === undefined || hostNameOf(origin) === name);
}

function hostNameOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, username, protocol, pathname } = new URL(url);
  const isPlain = username === '' && pathname === '/' && /^https?:$/.test(protocol);
  return isPlain ? hostname.replace(/\.$/, '') : undefined;
}

/** An address of a socket in the form that a URL has it. */
function hostOf(address: string | undefined): string | undefined {
  const bare = address?.replace(/^::ffff:(?=\d+\.)/i, '').split('%', 1)[0];
  return bare?.includes(':') ? hostNameOf(`http://[${bare}]`) : bare;
}
