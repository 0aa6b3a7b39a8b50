/**
 * Where a box finds the node that serves this page, as a claim code says it: host:port. A box
 * speaks http; over https the page knows no such port, and the box finds members by mDNS.
 */
export function ownAddresses(page: {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}): readonly string[] {
  if (page.protocol !== 'http:') return [];
  // Of this machine's own names boxes take no word; its number they do.
  const host = page.hostname === 'localhost' ? '127.0.0.1' : page.hostname;
  return [`${host}:${page.port || '80'}`];
}
