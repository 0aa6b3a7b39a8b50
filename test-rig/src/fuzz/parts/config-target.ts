/**
 * Fuzz target: the configuration of a node: the file (JSON with comments), and behind a line
 * `---` variables of the environment, one a line. Whatever is wrong is a problem with its mend, and
 * there are never more of them than somebody reads.
 */
import { type ConfigProblem, readEnvironment, readFileText } from '@muster/agent/parsers';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { inputsOf, textOf, wordsOf } from './seeds.ts';

const problemsMax = 200;
const messageCharsMax = 2_000;

const everything = {
  node: { name: 'Kitchen' },
  http: {
    ...{ host: '0.0.0.0', port: 8080, tlsPort: 0, metricsPublic: true },
    hostNames: ['box.example', 'box.example:443'],
  },
  mesh: {
    listen: ['/ip4/0.0.0.0/tcp/7310', '/ip6/::/tcp/7311/ws'],
    bootstrap: ['/dns4/box.example/tcp/7310/p2p/12D3KooWabc'],
    mdns: false,
  },
  store: { contentBytesMax: 1_048_576 },
  log: { level: 'debug', file: 'muster.log' },
  claim: { inviteFiles: ['muster-invite.txt'] },
  site: { channels: ['general', 'größe'] },
  mqtt: { port: 1883, channels: ['news@harbour'], homeAssistant: false },
  relay: { listen: ['/ip4/0.0.0.0/tcp/7320'], contentBytesMax: 2 ** 30 },
};

const variables = [
  ...['MUSTER_HTTP_PORT=80', 'MUSTER_MESH_MDNS=true', 'MUSTER_LOG_LEVEL=warn'],
  ...['MUSTER_HTTP_HOST_NAMES=a.example, b.example:1', 'MUSTER_STORE_CONTENT_BYTES_MAX=1048576'],
  ...['MUSTER_DATA=/tmp/x', 'MUSTER_HTTP_PROT=1', 'PATH=/bin'],
].join('\n');

export function createConfigTarget(): FuzzTarget {
  const keys = Object.entries(everything).flatMap(([name, section]) => [
    name,
    ...Object.keys(section),
  ]);
  return {
    name: 'config',
    seeds: () =>
      inputsOf(
        everything,
        `// A comment\n{ "http": { "port": 80, /* two */ "hostNames": [], }, }\n---\n${variables}`,
        '{}',
        `\n---\n${variables}`,
        '{ "http": { "prot": 8080 }, "htpp": {} }',
        '{ "http": { "port": 1, "port": 2 }, "node": { "name": "" } }',
        '['.repeat(300),
        JSON.stringify(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`k${i}`, 1]))),
      ),
    dictionary: wordsOf(...keys, '"http":{', '__proto__', '/*', '//', '[[[[[[[[', '\n---\n'),
    run: runConfig,
  };
}

function runConfig(input: Uint8Array): FuzzVerdict {
  const [file = '', environment = ''] = textOf(input).split('\n---\n');
  const fromFile = readFileText(file, 'muster.jsonc');
  const given = environment.split('\n').map((line): [string, string] => {
    const at = line.indexOf('=');
    return at < 1 ? ['X', line] : [line.slice(0, at), line.slice(at + 1)];
  });
  const fromEnvironment = readEnvironment(Object.fromEntries(given));
  const problems = [...fromFile.problems, ...fromEnvironment.problems];
  checkProblems(fromFile.problems);
  if (problems.length > 0) return 'problems';
  const written: Record<string, unknown> = {};
  for (const [name, value] of fromFile.values) written[name] = value;
  if (JSON.stringify(written) === undefined) broken('values that cannot be shown');
  return true;
}

function checkProblems(problems: readonly ConfigProblem[]): void {
  if (problems.length > problemsMax) broken(`${problems.length} problems`);
  for (const { where, message, mend } of problems) {
    if (where === '' || message === '' || mend === '') broken('a problem without a mend');
    if (message.length > messageCharsMax || mend.length > messageCharsMax) broken('a long problem');
  }
}
