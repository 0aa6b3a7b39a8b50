/**
 * Fuzz target: what people type: recovery words, passphrases, names on printed sheets, addresses of
 * nodes, brokers and relays. Input: the text, and the field as the last line.
 */
import { parseAddress } from '@muster/adapters/parsers';
import { isNear, nearAddress } from '@muster/agent/parsers';
import { equalBytes } from '@muster/core';
import { parseBrokerAddress } from '@muster/gateway/parsers';
import { labelSheetHtml, passphraseFault, recoveryWords, seedOfWords } from '@muster/provisioning';
import { escapeHtml } from '@muster/provisioning/parsers';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { inputOf, splitInput, textOf, wordsOf } from './seeds.ts';

const firstWords = `${'abandon '.repeat(23)}art`;
const sentence = 'year wave sausage worth useful ';
const otherWords = `1. legal 2. winner 3. thank ${sentence.repeat(4)}title`;
const peer = '12D3KooWGC7VzwS9dqRVgF1M7nQLkqxKpHkTQvPkzwGMoSTbEkLK';

const fields: Readonly<Record<string, (text: string) => FuzzVerdict | Promise<FuzzVerdict>>> = {
  words: readWords,
  passphrase: (text) => (passphraseFault(text) ? 'passphrase-weak' : true),
  label: printLabel,
  near: readNear,
  broker: readBroker,
  multiaddr: readMultiaddr,
};

const samples: readonly (readonly [field: string, text: string])[] = [
  ['words', firstWords],
  ['words', otherWords],
  ['passphrase', 'four words are good'],
  ['passphrase', '\u212bngstr\u00f6m \ufb01ne \u{1f600}'],
  ['label', 'Kitchen <b>&"\''],
  ['near', '10.0.0.7:8080'],
  ['near', '[fe80::1%wlan0]:8080'],
  ['near', 'box-2.local:80'],
  ['broker', 'mqtts://broker.example:8883'],
  ['broker', 'wss://[2001:db8::1]/mqtt?a=b'],
  ['broker', 'mqtt://user:pw@host'],
  ['multiaddr', `/ip4/192.168.1.5/tcp/7310/p2p/${peer}`],
  ['multiaddr', '/ip6zone/eth0/ip6/fe80::1/tcp/7310'],
  ['multiaddr', '/dns4/relay.example/tcp/443/tls/ws'],
];

export function createWordsTarget(): FuzzTarget {
  return {
    name: 'words',
    seeds: () => samples.map(([field, text]) => inputOf(field, text)),
    dictionary: wordsOf('abandon', 'zoo', '/p2p/', '/tcp/', '/ws', '::', '%', '@', 'mqtt:', '010'),
    async run(input) {
      const [field, rest] = splitInput(input, Object.keys(fields));
      return fields[field]!(textOf(rest));
    },
  };
}

async function readWords(text: string): Promise<FuzzVerdict> {
  const seed = await seedOfWords(text);
  if (!seed.ok) return seed.reason;
  const again = await seedOfWords(await recoveryWords(seed.value));
  if (!again.ok || !equalBytes(again.value, seed.value)) broken('words of another key');
  return true;
}

/** Nothing of a name is markup. */
function printLabel(name: string): FuzzVerdict {
  if (name === '') return 'empty';
  const plain = { code: 'CODE', shortCode: 'K7QF-3M', qrSvg: '<svg></svg>' };
  const page = labelSheetHtml([{ ...plain, name }], { siteName: name });
  const empty = labelSheetHtml([{ ...plain, name: '' }], { siteName: 'x' });
  if (countOf(page, '<') !== countOf(empty, '<')) broken('a name became markup');
  if (!page.includes(escapeHtml(name))) broken('a name is not shown');
  return true;
}

function countOf(text: string, letter: string): number {
  return text.split(letter).length;
}

function readNear(text: string): FuzzVerdict {
  const near = nearAddress(text);
  if (!near) return false;
  const { host, port } = near;
  if (port < 1 || port > 65_535) broken('no port');
  if (!host.endsWith('.local') && !isNear(host)) broken('not near');
  const bare = host.split('%', 1)[0]!;
  const url = URL.parse(host.includes(':') ? `http://[${bare}]:${port}` : `http://${host}:${port}`);
  const there = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (!there.endsWith('.local') && !isNear(there)) broken(`${text} leads to ${there}`);
  return true;
}

function readBroker(text: string): FuzzVerdict {
  const address = parseBrokerAddress(text);
  if (!address.ok) return address.reason;
  const { host, port } = address.value;
  if (host === '' || !Number.isInteger(port)) broken('an address without host or port');
  return true;
}

function readMultiaddr(text: string): FuzzVerdict {
  const address = parseAddress(text);
  if (!address) return false;
  const again = parseAddress(address.text);
  if (again?.text !== address.text) broken('two forms of one address');
  return true;
}
