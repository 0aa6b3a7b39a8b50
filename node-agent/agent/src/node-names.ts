/** The names under which a node is opened on its own network: `localhost` and `<name>.local`. */
import { hostname } from 'node:os';

/** Lower case, for the Host check. */
export function hostNamesOf(nodeName: string): string[] {
  const names = [hostLabel(nodeName), hostLabel(hostname())].filter((name) => name !== '');
  return ['localhost', ...names.flatMap((name) => [name, `${name}.local`])];
}

/** What a name becomes as a label of DNS (RFC 1123): "Blue box" → "blue-box". */
export function hostLabel(name: string): string {
  const lower = withoutAccents(name).toLowerCase();
  const label = lower.replace(/[^a-z0-9]+/g, '-').slice(0, 63);
  return label.replace(/^-+|-+$/g, '');
}

/** Plain names are left as they are: the first use of Unicode tables costs 2 MB of memory. */
function withoutAccents(name: string): string {
  const plain = Buffer.byteLength(name) === name.length;
  return plain ? name : name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
}
