/**
 * What `muster start` shows once it serves: who, where, a QR code, what to do next, how to stop.
 */
import { version } from '../version.ts';
import type { StartSection } from './cli-extension.ts';
import type { CommandContext } from './context.ts';
import { qrCodeLines } from './qr-code.ts';

export interface StartedNode {
  readonly name: string;
  /** Addresses for other machines, best first. */
  readonly lan: readonly string[];
  readonly local: string;
}

export interface Started {
  readonly siteName: string;
  readonly madeSite: boolean;
  readonly nodes: readonly StartedNode[];
  readonly dataFolder: string;
  readonly logFile: string;
  readonly movedFrom: number | undefined;
  readonly quarantined: string | undefined;
  /** Of the gateway, where one runs. */
  readonly section: StartSection | undefined;
  /** The root key of the site lies in the data folder without a passphrase. */
  readonly rootOpen: boolean;
  /** An admin's keys lie there, sealed. */
  readonly hasKeys: boolean;
  /** By which a phone becomes the first admin, where none is known yet. */
  readonly firstAdminCode: string | undefined;
}

export async function showStarted(context: CommandContext, started: Started): Promise<void> {
  const { terminal } = context;
  const { nodes } = started;
  if (terminal.json) {
    const { section, ...rest } = started;
    terminal.value({ version, pid: process.pid, ...rest, ...section?.value });
    return;
  }
  const label = (text: string): string => terminal.style('dim', text.padEnd(9));
  const many = nodes.length > 1;
  const what = many ? `${nodes.length} nodes` : `node ${terminal.style('bold', nodes[0]!.name)}`;
  const made = started.madeSite ? ' (made just now)' : '';
  terminal.line();
  terminal.line(`  ${terminal.style('bold', 'Muster')} ${version} is running: ${what}`);
  terminal.line();
  terminal.line(`  ${label('Site')}${started.siteName}${made}`);
  for (const node of nodes) {
    const addresses = [...node.lan.slice(0, many ? 1 : 4), node.local];
    for (const [index, address] of addresses.entries()) {
      const head = index > 0 ? '' : many ? node.name : 'Open';
      terminal.line(`  ${label(head)}${terminal.style('cyan', address)}${hint(node, address)}`);
    }
  }
  if (started.movedFrom !== undefined) {
    terminal.line(
      `  ${label('')}Port ${started.movedFrom} was taken, so this is the next free one.`,
    );
  }
  if (started.quarantined !== undefined) {
    const text = `The store was damaged. It was put aside as ${started.quarantined}; this node`;
    terminal.line(`  ${terminal.style('yellow', text)}`);
    terminal.line('  began an empty one and fetches what its neighbours hold.');
  }
  for (const line of started.section?.lines ?? []) {
    terminal.line(`  ${label(line.label)}${line.text}`);
  }
  await showCode(context, nodes);
  showNext(context, started);
  await showFirstAdmin(context, started);
  showPlaces(context, started);
}

function hint(node: StartedNode, address: string): string {
  return address === node.local ? '   on this machine' : '';
}

async function showCode(
  { terminal }: CommandContext,
  nodes: readonly StartedNode[],
): Promise<void> {
  const best = nodes[0]?.lan[0];
  if (best === undefined) return;
  terminal.line();
  for (const line of await qrCodeLines(best, terminal.hasColour)) terminal.line(`  ${line}`);
  terminal.line(`  ${terminal.style('dim', `Scan with a phone in the same network: ${best}`)}`);
}

function showNext({ terminal }: CommandContext, started: Started): void {
  const { nodes } = started;
  const where = nodes.length > 1 ? 'each on another of these nodes' : 'or in two browsers';
  terminal.line();
  terminal.line(`  ${terminal.style('bold', 'What to do now')}`);
  terminal.line(`  1. Open the address on two phones, ${where}.`);
  terminal.line('  2. Choose a name on each, and write into #general.');
  const last =
    nodes.length === 1
      ? 'A second box of this site: run muster start --unclaimed there, and claim it here\n' +
        '     by the code that it shows: muster node claim CODE'
      : 'End one of them with kill -9, and see that nothing is lost.';
  const phone = 'Become an admin on a phone: muster admin invite NAME';
  const steps = [...(started.section?.steps ?? []), ...(started.hasKeys ? [phone] : []), last];
  for (const [index, step] of steps.entries()) {
    terminal.line(`  ${index + 3}. ${step}`);
  }
}

/** The code is a secret until it is used: it stands on this screen alone. */
async function showFirstAdmin(
  { terminal }: CommandContext,
  { firstAdminCode: code }: Started,
): Promise<void> {
  if (code === undefined) return;
  terminal.line();
  terminal.line(`  ${terminal.style('bold', 'Become its admin')}`);
  terminal.line('  Open the address with #/admin behind it, and scan or paste this code there:');
  terminal.line();
  const lines = terminal.isSeen ? await qrCodeLines(code, terminal.hasColour) : [];
  for (const line of lines) terminal.line(`  ${line}`);
  for (const part of code.match(/.{1,90}/g) ?? []) terminal.line(`  ${part}`);
}

function showPlaces({ terminal }: CommandContext, started: Started): void {
  const { dataFolder, logFile, rootOpen } = started;
  const label = (text: string): string => terminal.style('dim', text.padEnd(9));
  terminal.line();
  if (rootOpen) {
    const text = 'The root key lies open in site.key. Seal it: muster site protect';
    terminal.line(`  ${terminal.style('yellow', text)}`);
  }
  terminal.line(`  ${label('Data')}${dataFolder}`);
  terminal.line(`  ${label('Log')}${logFile}`);
  terminal.line(`  ${label('Stop')}Ctrl-C`);
  terminal.line();
}
