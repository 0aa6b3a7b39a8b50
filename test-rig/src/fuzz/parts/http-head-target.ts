/**
 * Fuzz target: what the door of step 1 reads of a request's head: Host, Origin, target and
 * addresses. Input: four lines in this order. What is accepted means the same to the platform's own
 * URL parser, which is the one that browsers have.
 */
import {
  addressGroup,
  canonicalAddress,
  type HostRules,
  isOwnHost,
  isOwnOrigin,
  pathOf,
} from '@muster/agent/parsers';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { inputsOf, textOf, wordsOf } from './seeds.ts';

const rules: HostRules = {
  port: 8080,
  usualPort: 80,
  names: ['localhost', 'box-1.local'],
  hostNames: ['box.example', 'camp.example:8443'],
  isOwnAddress: (address) => address === '10.0.0.1' || address === 'fd00::1',
};
const ownNames = [...rules.names, 'box.example', 'camp.example', '10.0.0.1', '[fd00::1]', '[::1]'];
const localAddress = '192.168.4.1';

export function createHttpHeadTarget(): FuzzTarget {
  return {
    name: 'http-head',
    seeds: () =>
      inputsOf(
        'localhost:8080\nhttp://localhost:8080\n/api/v1/node?x=1\n127.0.0.1',
        'box-1.local:8080\nhttp://BOX-1.local:8080\n/\n::1',
        'box.example\nhttps://box.example\n/assets/a%20b.js\nfe80::1%eth0',
        'camp.example:8443\nhttps://camp.example:8443\n/%2e%2e/%00\n::ffff:10.0.0.1',
        '[fd00::1]:8080\nhttp://[fd00:0::1]:8080\n//evil/\n2001:db8::5',
        '10.0.0.1:8080\nnull\n/x\n10.9.8.7',
        '192.168.4.1:8080\n\n/\n',
        '127.1.2.3:8080\nhttp://127.1.2.3:8080\n*\n1:2:3:4:5:6:7:8',
      ),
    dictionary: wordsOf('localhost', '.local', ':8080', '@', '#', '[::1]', '::ffff:', '%', '%00'),
    run: runHead,
  };
}

function runHead(input: Uint8Array): FuzzVerdict {
  const [host = '', origin = '', url = '', address = ''] = textOf(input).split('\n');
  checkAddress(address);
  const path = pathOf(url);
  if (path !== undefined && !path.startsWith('/')) broken('a path that is none');
  if (!isOwnHost(host, localAddress, rules)) return 'host-foreign';
  checkHost(host);
  if (!isOwnOrigin(origin, host)) return 'origin-foreign';
  checkOrigin(origin, host);
  return path !== undefined;
}

function checkHost(host: string): void {
  const name = URL.parse(`http://${withoutZone(host)}`)?.hostname.replace(/\.$/, '') ?? '';
  const isOwn = ownNames.includes(name) || name === localAddress || name.startsWith('127.');
  if (!isOwn) broken(`${host} is another host to a browser: ${name}`);
}

/** A page at `origin` is one of the pages that lie at `host`, over either scheme. */
function checkOrigin(origin: string, host: string): void {
  const from = URL.parse(withoutZone(origin));
  const to = [`http://${host}`, `https://${host}`].map((one) => URL.parse(withoutZone(one)));
  const bare = (name: string | undefined): string => (name ?? '').replace(/\.$/, '');
  if (!from || !to.some((one) => bare(one?.hostname) === bare(from.hostname))) {
    broken(`${origin} is not of ${host}`);
  }
}

/** An interface behind an address means something to this machine only, so no URL has it. */
function withoutZone(text: string): string {
  return text.replace(/%[\w.-]{1,15}\]/, ']');
}

function checkAddress(address: string): void {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return;
  if (canonicalAddress(canonical) !== canonical) broken('two forms of one address');
  if (addressGroup(address) !== addressGroup(canonical)) broken('two groups of one address');
}
