/** What `muster doctor` looks at on a gateway: the broker and each uplink, with the mend. */
import type { CommandContext, Finding } from '@muster/agent/cli';
import { MusterError } from '@muster/core';
import type { CheckStep, UplinkInfo } from '../uplinks/info.ts';
import { ask } from './ask.ts';

const notAsked: Finding = { state: 'ok', text: 'no gateway runs here' };

export async function checkMqtt(context: CommandContext): Promise<Finding> {
  const broker = await askGateway<{ urls: readonly string[]; moved: readonly unknown[] }>(
    context,
    'mqtt.started',
  );
  if (!broker) return notAsked;
  const { clients } = await ask<{ clients: readonly unknown[] }>(context, 'mqtt.client.list');
  const text = `${broker.urls.join(', ')}; ${clients.length} credentials`;
  if (clients.length === 0) {
    return { state: 'warn', text, mend: 'Nobody can connect yet: muster mqtt client add NAME' };
  }
  const secure = broker.urls.some((url) => url.startsWith('mqtts:'));
  if (secure) return { state: 'ok', text };
  const mend = 'Passwords cross the network in clear. Start once where site.key lies.';
  return { state: 'warn', text: `${text}; no TLS certificate`, mend };
}

export async function checkUplinks(context: CommandContext): Promise<Finding> {
  const known = await askGateway<{ uplinks: readonly UplinkInfo[] }>(context, 'uplink.list');
  if (!known) return notAsked;
  const { uplinks } = known;
  if (uplinks.length === 0) return { state: 'ok', text: 'none: everything stays on site' };
  const bad = uplinks.filter(({ state }) => state === 'down' || state === 'connecting');
  const [first] = bad;
  if (!first) return { state: 'ok', text: uplinks.map(({ name }) => name).join(', ') };
  const { steps } = await ask<{ steps: readonly CheckStep[] }>(context, 'uplink.test', {
    name: first.name,
  });
  const wrong = steps.find(({ ok }) => !ok);
  const text = `${first.name}: ${wrong?.text ?? first.problem}`;
  const mend = wrong?.mend ?? first.mend;
  return { state: 'fail', text, mend: mend || `muster uplink test ${first.name}` };
}

/** Undefined where nothing runs, or a plain node. */
async function askGateway<T>(context: CommandContext, command: string): Promise<T | undefined> {
  try {
    return await ask<T>(context, command);
  } catch (error) {
    const quiet = ['unknown-command', 'agent-unreachable'];
    if (error instanceof MusterError && quiet.includes(error.code)) return undefined;
    throw error;
  }
}
