/** `muster relay admit|list|remove`: which sites a relay keeps bundles for. Asked of the relay. */
import { bytesText, type CommandContext, ExitCode, inert } from '@muster/agent/cli';
import { ask } from './ask.ts';

interface AdmittedSite {
  readonly name: string;
  /** Ed25519 root key, base64url. */
  readonly siteKey: string;
  readonly contentBytes: number;
  readonly contentBytesMax: number;
  readonly gateways: number;
}

export async function admit(
  context: CommandContext,
  card: string,
  options: { readonly quota?: number },
): Promise<ExitCode> {
  const { terminal } = context;
  const params = options.quota === undefined ? { card } : { card, contentBytesMax: options.quota };
  const site = await ask<AdmittedSite>(context, 'relay.admit', params);
  if (terminal.json) terminal.value(site);
  else terminal.line(`Admitted ${inert(site.name)}, up to ${bytesText(site.contentBytesMax)}.`);
  return ExitCode.fine;
}

export async function list(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const known = await ask<{ sites: readonly AdmittedSite[]; addresses: readonly string[] }>(
    context,
    'relay.list',
  );
  if (terminal.json) {
    terminal.value(known);
    return ExitCode.fine;
  }
  for (const { name, contentBytes, contentBytesMax, gateways } of known.sites) {
    const kept = `${bytesText(contentBytes)} of ${bytesText(contentBytesMax)}`;
    const here = gateways > 0 ? terminal.style('green', `${gateways} here`) : 'away';
    terminal.line(`${terminal.style('bold', inert(name).padEnd(20))} ${here.padEnd(8)} ${kept}`);
  }
  if (known.sites.length === 0) terminal.note('No site yet. Admit one: muster relay admit CARD');
  terminal.note('\nGateways reach this relay at:');
  for (const address of known.addresses) terminal.note(`  ${address}`);
  return ExitCode.fine;
}

export async function remove(context: CommandContext, site: string): Promise<ExitCode> {
  const { terminal } = context;
  const { name } = await ask<{ name: string }>(context, 'relay.remove', { site });
  if (terminal.json) terminal.value({ removed: name });
  else terminal.line(`${inert(name)} is removed, and what was kept for it.`);
  return ExitCode.fine;
}
