/**
 * `muster mqtt client add|list|revoke`: credentials for what speaks MQTT on site. The password is
 * shown once, also as a QR code; the gateway keeps a hash of it only.
 */
import { type CommandContext, ExitCode, inert, qrCodeLines } from '@muster/agent/cli';
import { ask } from './ask.ts';

export interface AddOptions {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly channel?: readonly string[];
  readonly readOnly?: boolean;
  readonly urgent?: boolean;
}

interface Grants {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

interface Added {
  readonly name: string;
  readonly password: string;
  readonly grants: Grants;
  /** Where it connects: mqtt://, mqtts:// and ws:// without credentials. */
  readonly urls: readonly string[];
  /** Topic of a channel, as something to try. */
  readonly topic: string;
}

export async function add(
  context: CommandContext,
  name: string,
  options: AddOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { read = [], write = [], channel = [], readOnly = false, urgent = false } = options;
  const params = { name, read, write, channels: channel, readOnly, urgent };
  const added = await ask<Added>(context, 'mqtt.client.add', params);
  if (terminal.json) {
    terminal.value(added);
    return ExitCode.fine;
  }
  const [url = ''] = added.urls;
  const row = (label: string, text: string): void =>
    terminal.line(`  ${terminal.style('dim', label.padEnd(10))}${text}`);
  row('User', added.name);
  row('Password', terminal.style('bold', added.password));
  const rows = (label: string, texts: readonly string[]): void => {
    for (const [index, one] of texts.entries()) row(index === 0 ? label : '', one);
  };
  rows('Address', added.urls);
  rows('May read', orNothing(added.grants.read));
  rows('May write', orNothing(added.grants.write));
  terminal.line();
  const code = withCredentials(url, added);
  for (const line of await qrCodeLines(code, terminal.hasColour)) terminal.line(`  ${line}`);
  terminal.note('\nThe password is shown only now. Lost? Revoke the client and add it again.');
  terminal.note(`Try: ${tryLine(url, added)}`);
  return ExitCode.fine;
}

export async function list(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const { clients } = await ask<{
    clients: readonly { name: string; grants: Grants; connected: number }[];
  }>(context, 'mqtt.client.list');
  if (terminal.json) {
    terminal.value({ clients });
    return ExitCode.fine;
  }
  for (const { name, grants, connected } of clients) {
    const state = connected > 0 ? terminal.style('green', 'connected') : 'away';
    terminal.line(`${terminal.style('bold', inert(name).padEnd(24))} ${state}`);
    terminal.line(`  reads   ${orNothing(grants.read).map(inert).join('\n          ')}`);
    terminal.line(`  writes  ${orNothing(grants.write).map(inert).join('\n          ')}`);
  }
  if (clients.length === 0) terminal.note('No clients. Add one: muster mqtt client add kitchen');
  return ExitCode.fine;
}

export async function revoke(context: CommandContext, name: string): Promise<ExitCode> {
  const { terminal } = context;
  const revoked = await ask<{ disconnected: number }>(context, 'mqtt.client.revoke', { name });
  if (terminal.json) terminal.value({ revoked: name, ...revoked });
  else terminal.line(`${inert(name)} is revoked: it is cut off and cannot come back.`);
  return ExitCode.fine;
}

function orNothing(filters: readonly string[]): readonly string[] {
  return filters.length > 0 ? filters : ['nothing'];
}

function withCredentials(url: string, { name, password }: Added): string {
  return url.replace('://', `://${encodeURIComponent(name)}:${password}@`);
}

/** As a person would type it on another machine. */
export function tryLine(
  url: string,
  client: { readonly name: string; readonly password: string; readonly topic: string },
): string {
  const { hostname, port } = new URL(url);
  const { name, password, topic } = client;
  return `mosquitto_sub -h ${hostname} -p ${port} -u ${name} -P ${password} -t '${topic}'`;
}
