/**
 * What `muster start --unclaimed` shows: that this node waits, its code, where its page is, and
 * what to do. Said again when the claim moves on, so that whoever stands here can compare digits.
 */
import type { ClaimView } from '../unclaimed/claim-state.ts';
import { version } from '../version.ts';
import type { CommandContext } from './context.ts';
import type { ShownUnclaimed } from './life.ts';
import { qrCodeLines } from './qr-code.ts';

export async function showUnclaimed(context: CommandContext, shown: ShownUnclaimed): Promise<void> {
  const { terminal } = context;
  const { state, lan, local, logFile = '' } = shown;
  const { name, code, shortCode } = state.view;
  const open = [...lan, local];
  if (terminal.json) {
    const dataFolder = context.folder.path;
    const nodes = [{ name, lan, local }];
    terminal.value({
      version,
      pid: process.pid,
      unclaimed: true,
      code,
      shortCode,
      nodes,
      dataFolder,
    });
    return;
  }
  const label = (text: string): string => terminal.style('dim', text.padEnd(9));
  terminal.line();
  terminal.line(
    `  ${terminal.style('bold', `Muster ${version}`)} waits to be claimed: node ${name}`,
  );
  terminal.line();
  terminal.line(`  ${label('Code')}${terminal.style('bold', shortCode)}`);
  for (const [index, url] of open.entries()) {
    terminal.line(`  ${label(index === 0 ? 'Page' : '')}${terminal.style('cyan', url)}`);
  }
  terminal.line();
  for (const line of await qrCodeLines(code, terminal.hasColour)) terminal.line(`  ${line}`);
  terminal.line(`  ${terminal.style('dim', code)}`);
  terminal.line();
  terminal.line(`  ${terminal.style('bold', 'What to do now')}`);
  terminal.line('  1. As an admin: scan this code on the admin page, or: muster node claim CODE');
  terminal.line('  2. Or give this node an invite: on its page, or: muster claim CODE');
  terminal.line();
  terminal.line(`  ${label('Data')}${context.folder.path}`);
  terminal.line(`  ${label('Log')}${logFile}`);
  terminal.line(`  ${label('Stop')}Ctrl-C`);
  terminal.line();
  state.onChange((view) => showProgress(context, view));
}

function showProgress({ terminal }: CommandContext, view: ClaimView): void {
  const { phase, comparison, siteName, fault } = view;
  if (phase === 'comparing') {
    const digits = terminal.style('bold', comparison ?? '');
    terminal.line(`  The site ${siteName} wants this node. Both ends must show: ${digits}`);
  } else if (phase === 'claimed') terminal.line(`  Claimed by the site ${siteName}.`);
  else if (phase === 'failed' && fault) terminal.line(`  ${fault.message} ${fault.mend}`);
}
