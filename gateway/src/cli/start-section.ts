/**
 * What `muster start` says of the gateway: where devices connect, and one ready-made credential to
 * try it with. Asked of the agent that has just come up.
 */
import type { CommandContext, StartSection } from '@muster/agent/cli';
import { MusterError } from '@muster/core';
import { ask } from './ask.ts';
import { tryLine } from './mqtt-commands.ts';

interface StartedBroker {
  /** Best first: mqtt://, mqtts://, ws://. */
  readonly urls: readonly string[];
  /** Ports that were taken, so that the next free one serves: asked for → got. */
  readonly moved: readonly { readonly from: number; readonly to: number }[];
  /** Undefined once its admin has revoked it. */
  readonly client?: { readonly name: string; readonly password: string };
  readonly topic: string;
}

/** Undefined where no gateway runs (--no-gateway). */
export async function startSection(context: CommandContext): Promise<StartSection | undefined> {
  const broker = await askBroker(context);
  if (!broker) return undefined;
  const { urls, moved, client, topic } = broker;
  const lines = urls.map((text, index) => ({ label: index === 0 ? 'MQTT' : '', text }));
  const serves = (port: number) => urls.some((url) => new URL(url).port === `${port}`);
  for (const { from, to } of moved.filter((one) => serves(one.to))) {
    lines.push({ label: '', text: `Port ${from} was taken, so devices connect to ${to}.` });
  }
  const steps: string[] = [];
  const [url] = urls;
  if (client && url !== undefined) {
    lines.push({ label: '', text: `user ${client.name}, password ${client.password}` });
    steps.push(`See #general over MQTT:\n     ${tryLine(url, { ...client, topic })}`);
  }
  return { lines, steps, value: { mqtt: { ...broker } } };
}

async function askBroker(context: CommandContext): Promise<StartedBroker | undefined> {
  try {
    return await ask<StartedBroker>(context, 'mqtt.started', { tryClient: true });
  } catch (error) {
    if (error instanceof MusterError && error.code === 'unknown-command') return undefined;
    throw error;
  }
}
