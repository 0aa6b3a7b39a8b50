/**
 * Fuzz target: the control socket of a whole agent: one line of JSON, answered by one line. Input:
 * what comes on the connection. Whatever it is, the answer is typed with its mend, or none.
 */
import { Scene } from '../scene.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { type FuzzedAgent, startFuzzedAgent } from './fuzzed-agent.ts';
import { untilQuiet } from './memory-socket.ts';
import { inputsOf, textOf, wordsOf } from './seeds.ts';

/** Ends whatever waits for a claim. */
const betweenMs = 120_000;
const id = '0123456789abcdef';

const requests = [
  { command: 'policy.show', params: {} },
  { command: 'policy.adopt', params: { wire: 'AQID' } },
  { command: 'claim.open', params: { id } },
  { command: 'claim.next', params: { id } },
  { command: 'claim.answer', params: { id, session: id, message: 'AQ' } },
  { command: 'claim.answer', params: { id, session: id, ended: true, claimants: ['x'] } },
  { command: 'claim.close', params: { id } },
  { command: 'nothing', params: null },
];

export function createControlTarget(): FuzzTarget {
  const scene = new Scene({ begin: startFuzzedAgent, end: (agent) => agent.stop() });
  return {
    name: 'control',
    seeds: () => [
      ...inputsOf(...requests.map((request) => `${JSON.stringify(request)}\n`)),
      ...inputsOf('{}\n', 'null\n', '\n', `${JSON.stringify(requests[0])}\nmore`),
    ],
    dictionary: wordsOf('\n', '"command":', '"params":', '"id":', '{"toString":1}', 'claim.open'),
    reset: () => scene.reset(),
    stop: () => scene.stop(),
    run: (input) => runControl(scene.now, input),
  };
}

async function runControl(agent: FuzzedAgent, input: Uint8Array): Promise<FuzzVerdict> {
  // There is a real network behind it.
  if (reachesOut(textOf(input))) return 'left-out';
  const socket = agent.connect('control');
  socket.push(Buffer.from(input));
  await untilQuiet(socket);
  agent.clock.advance(betweenMs);
  await untilQuiet(socket);
  const answer = socket.takeSent().toString();
  socket.push(null);
  socket.destroy();
  agent.mustBeCalm();
  return answer === '' ? 'no-answer' : judge(answer);
}

function reachesOut(text: string): boolean {
  try {
    return JSON.parse(text.split('\n', 1)[0]!)?.command === 'claim.reach';
  } catch {
    return false;
  }
}

function judge(answer: string): FuzzVerdict {
  if (!answer.endsWith('\n')) broken('half an answer');
  const { ok, error } = JSON.parse(answer);
  if (ok === true) return true;
  if (!error?.code || !error.message || !error.mend) broken(`no typed answer: ${answer}`);
  return String(error.code);
}
