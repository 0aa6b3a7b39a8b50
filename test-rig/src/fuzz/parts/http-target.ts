/**
 * Fuzz target: the octets of an HTTP connection (step 1), through the platform's own parser to
 * door, router, actions and sockets of a whole agent. Every answer is one of HTTP with the headers
 * that guard a browser; nothing that is asked so changes what is stored.
 */

import { Scene } from '../scene.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { socketSubprotocol } from './client-frames.ts';
import { type FuzzedAgent, startFuzzedAgent } from './fuzzed-agent.ts';
import { challengeWord, httpSeeds, signInOptions } from './http-seeds.ts';
import { untilQuiet } from './memory-socket.ts';
import { wordsOf } from './seeds.ts';

const addresses = 65_536;
/** Refills every bucket, and ends whatever waits. */
const betweenMs = 60_000;
/** What was asked to be stored is on disk by then. */
const commitMs = 20;

export function createHttpTarget(): FuzzTarget {
  const scene = new Scene({ begin: startFuzzedAgent, end: (agent) => agent.stop() });
  let runs = 0;
  return {
    name: 'http',
    seeds: httpSeeds,
    dictionary: wordsOf(
      ...['\r\n', '\r\n\r\n', 'Host: localhost:0\r\n', 'Content-Length: ', 'HTTP/1.1', ' HTTP/1.0'],
      ...['Transfer-Encoding: chunked\r\n', 'Origin: http://evil\r\n', 'Upgrade: websocket\r\n'],
      ...['POST ', 'GET /', '/api/v1/', '%2f', '?', '0\r\n\r\n', 'Expect: 100-continue\r\n'],
      ...['"id":', '"response":', '{"toString":1}', 'null', socketSubprotocol],
    ),
    async reset() {
      await scene.reset();
      runs = 0;
    },
    stop: () => scene.stop(),
    run(input) {
      runs = (runs + 1) % addresses;
      return runHttp(scene.now, input, `10.1.${runs >> 8}.${runs & 255}`);
    },
  };
}

async function runHttp(
  agent: FuzzedAgent,
  input: Uint8Array,
  address: string,
): Promise<FuzzVerdict> {
  const given = await withChallenge(agent, Buffer.from(input), address);
  const kept = JSON.stringify(agent.store.usage());
  const socket = agent.connect('http', address);
  socket.push(given);
  await untilQuiet(socket);
  const { sent } = socket;
  socket.push(null);
  socket.destroy();
  agent.clock.advance(commitMs);
  if (JSON.stringify(agent.store.usage()) !== kept) broken('asking has changed what is stored');
  agent.clock.advance(betweenMs);
  agent.mustBeCalm();
  return judge(sent.toString('latin1'));
}

/** The id of a fresh challenge in place of the word for it, so that a sign-in is looked at. */
async function withChallenge(agent: FuzzedAgent, input: Buffer, address: string): Promise<Buffer> {
  const at = input.indexOf(challengeWord);
  if (at === -1) return input;
  const socket = agent.connect('http', address);
  socket.push(Buffer.from(signInOptions));
  await untilQuiet(socket);
  const id = /"id":"([^"]{32})"/.exec(socket.sent.toString())?.[1];
  socket.destroy();
  if (id === undefined) broken('no challenge was given');
  return Buffer.concat([
    ...[input.subarray(0, at), Buffer.from(id)],
    input.subarray(at + challengeWord.length),
  ]);
}

/** The status of the first answer. */
function judge(sent: string): FuzzVerdict {
  if (sent === '') return 'no-answer';
  const status = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/.exec(sent)?.[1];
  if (status === undefined) broken(`no answer of HTTP: ${sent.slice(0, 80)}`);
  const head = sent.slice(0, sent.indexOf('\r\n\r\n')).toLowerCase();
  const isOfPlatform = /^http\/1\.1 (?:100|101|400|408|417|431) /.test(head);
  const isGuarded = head.includes("default-src 'none'") && head.includes('nosniff');
  if (!isGuarded && !isOfPlatform) broken(`an answer without guards: ${head.slice(0, 200)}`);
  if (status === '500') broken('an answer that nobody foresaw');
  return status === '200' || status === '101' ? true : status;
}
