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
  const { nodes, dataFolder, logFile } = started;
  const label = (text: string): string => terminal.style('dim', text.padEnd(9));
  const where = nodes.length > 1 ? 'each on another of these nodes' : 'or in two browsers';
  terminal.line();
  terminal.line(`  ${terminal.style('bold', 'What to do now')}`);
  terminal.line(`  1. Open the address on two phones, ${where}.`);
  terminal.line('  2. Choose a name on each, and write into #general.');
  const last =
    nodes.length === 1
      ? 'A second box of this site: copy site.json and site.key from the data folder\n' +
        '     into an empty data folder there, and start it in the same network.'
      : 'End one of them with kill -9, and see that nothing is lost.';
  for (const [index, step] of [...(started.section?.steps ?? []), last].entries()) {
    terminal.line(`  ${index + 3}. ${step}`);
  }
  terminal.line();
  terminal.line(`  ${label('Data')}${dataFolder}   (keep site.key to yourself: it is the site)`);
  terminal.line(`  ${label('Log')}${logFile}`);
  terminal.line(`  ${label('Stop')}Ctrl-C`);
  terminal.line();
}
