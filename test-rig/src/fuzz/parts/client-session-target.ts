/**
 * Fuzz target: a phone's session with a whole agent (steps 1 to 3), over a WebSocket in memory.
 * Input: what is said, a line each, and whose session it is as the last line. `@put` and `@act`
 * before a text are bundles of it, rightly signed. Whatever is said is answered in JSON, and a
 * stranger changes nothing.
 */
import { equalBytes, type StoredBundle } from '@muster/core';
import { Scene } from '../scene.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { clientFrame, textFrame } from './client-frames.ts';
import { clientMessages } from './client-message-target.ts';
import { type FuzzedAgent, startFuzzedAgent } from './fuzzed-agent.ts';
import { socketRequest } from './http-seeds.ts';
import { type MemorySocket, untilQuiet } from './memory-socket.ts';
import { inputOf, splitInput, textOf, wordsOf } from './seeds.ts';
import { framesIn, type ServerFrame } from './server-frames.ts';
import { SessionCast, sessionRoles } from './session-cast.ts';

const linesMax = 16;
/** Refills every bucket; the session that was is gone by then. */
const betweenMs = 60_000;
const stepMs = 5;

interface World {
  readonly agent: FuzzedAgent;
  readonly cast: SessionCast;
}

export function createClientSessionTarget(): FuzzTarget {
  const scene = new Scene({ begin: startWorld, end: ({ agent }) => agent.stop() });
  return {
    name: 'client-session',
    seeds: sessionSeeds,
    dictionary: wordsOf(
      ...['\n@put ', '\n@act ', 'node.rename ', 'node.move ', 'policy.adopt ', 'policy.show '],
      ...['{"name":', '{"wire":', '{"invite":', '"ref":"r"', '"type":"', '{"toString":1}', 'null'],
    ),
    reset: () => scene.reset(),
    stop: () => scene.stop(),
    run: (input) => runSession(scene.now, input),
  };
}

const acts = [
  ...['node.rename {"name":"Kitchen"}', 'node.restart {}', 'node.reset {"keepConfig":true}'],
  ...['node.move {"invite":"MUSTER1:ABC"}', 'policy.show {}', 'policy.adopt {"wire":"AQ"}'],
  ...['rules.set {"label":"open"}', 'x {"via":"AQ"}'],
];

function sessionSeeds(): readonly Uint8Array[] {
  const lines = clientMessages.map((message) => JSON.stringify(message));
  const each = lines.map((line, at) => inputOf(sessionRoles[at % sessionRoles.length]!, line));
  const all = sessionRoles.map((role) => inputOf(role, lines.slice(2, 12).join('\n')));
  const puts = ['guest', 'user', 'staff'].map((role) => inputOf(role, '@put hello\n@put again'));
  const asAdmin = acts.map((act) => inputOf('admin', `{"type":"admin-watch"}\n@act ${act}`));
  return [...each, ...all, ...puts, ...asAdmin];
}

async function startWorld(): Promise<World> {
  const [agent, cast] = [await startFuzzedAgent(), new SessionCast()];
  cast.nodeKey = agent.nodeKey;
  return { agent, cast };
}

function rowsAfter({ store }: FuzzedAgent, row: number): StoredBundle[] {
  return store.since({ row, limit: Number.POSITIVE_INFINITY });
}

function newestRow(agent: FuzzedAgent): number {
  return rowsAfter(agent, 0).at(-1)?.row ?? 0;
}

async function runSession({ agent, cast }: World, input: Uint8Array): Promise<FuzzVerdict> {
  const [role, content] = splitInput(input, sessionRoles);
  const socket = agent.connect('http');
  const settle = () => untilQuiet(socket, () => agent.clock.advance(stepMs));
  socket.push(Buffer.from(socketRequest()));
  await settle();
  const rowBefore = newestRow(agent);
  let author = cast.authorOf(role);
  if (role !== 'stranger') {
    socket.push(textFrame(cast.opening(author, heard(socket)[0]?.json ?? {})));
    await settle();
    const welcome = heard(socket).find(({ json }) => json.type === 'welcome');
    if (!welcome) broken(`no session for a ${role}: ${JSON.stringify(heard(socket).at(-1))}`);
    author = role === 'guest' ? cast.admitted(author, ticketIn(welcome)) : author;
  }
  for (const line of textOf(content).split('\n').slice(0, linesMax)) {
    if (socket.destroyed || reachesOut(line)) continue;
    socket.push(frameOf(cast, author, line));
  }
  await settle();
  const frames = heard(socket);
  socket.push(null);
  socket.destroy();
  await settle();
  // The node itself writes, and forgets, when its time is there.
  const isOthers = ({ author: by }: StoredBundle) => !equalBytes(by, agent.nodeKey);
  if (role === 'stranger' && rowsAfter(agent, rowBefore).some(isOthers)) {
    broken('a stranger has changed what is stored');
  }
  agent.clock.advance(betweenMs);
  agent.mustBeCalm();
  return verdictOf(frames);
}

/** An admin may have a node knock at another one: there is a real network behind that. */
function reachesOut(line: string): boolean {
  try {
    return (JSON.parse(line) as { readonly type?: unknown } | null)?.type === 'claim-reach';
  } catch {
    return false;
  }
}

function frameOf(cast: SessionCast, author: SampleAuthorOf, line: string): Uint8Array {
  if (line.startsWith('@put ')) return textFrame(cast.put(author, line.slice(5)));
  if (line.startsWith('@act ')) return textFrame(cast.act(author, line.slice(5)));
  return line.startsWith('\0') ? clientFrame(2, Buffer.from(line)) : textFrame(line);
}

type SampleAuthorOf = ReturnType<SessionCast['authorOf']>;

function heard(socket: MemorySocket): readonly ServerFrame[] {
  return framesIn(socket.sent);
}

function ticketIn({ json }: ServerFrame): Uint8Array {
  return Buffer.from(json.ticket ?? '', 'base64url');
}

/** The last thing that was answered. */
function verdictOf(frames: readonly ServerFrame[]): FuzzVerdict {
  const refused = frames.findLast(({ json }) => json.type === 'error' || json.type === 'refused');
  if (refused) return refused.json.code ?? refused.json.reason ?? 'refused';
  return frames.some(({ json }) => json.type !== 'challenge');
}
