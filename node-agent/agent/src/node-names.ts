/** The names under which a node is opened on its own network: `localhost` and `<name>.local`. */
import { hostname } from 'node:os';

/** Lower case, for the Host check. */
export function hostNamesOf(nodeName: string): string[] {
  const names = [hostLabel(nodeName), hostLabel(hostname())].filter((name) => name !== '');
  return ['localhost', ...names.flatMap((name) => [name, `${name}.local`])];
}

/** What a name becomes as a label of DNS (RFC 1123): "Blue box" → "blue-box". */
export function hostLabel(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const label = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 63);
  return label.replace(/^-+|-+$/g, '');
}
