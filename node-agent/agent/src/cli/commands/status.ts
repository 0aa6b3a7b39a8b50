/** `muster status`: how the running node is, on one screen. */
import { getJson } from '../../client/get-json.ts';
import type { NeighbourInfo, NodeInfo, StatusInfo } from '../../http/api-routes.ts';
import type { ClaimView } from '../../unclaimed/claim-state.ts';
import { bytesText, countText, durationText } from '../amount.ts';
import { agentUrl, type CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';

type Status = StatusInfo & { readonly node: NodeInfo & { readonly version: string } };

const clockTexts = ['unknown: not believed', 'as the device has it', 'synced'];

export async function status(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const url = agentUrl(context);
  const { json: node } = await getJson(url, '/api/v1/node');
  if ((node as { unclaimed?: boolean }).unclaimed === true) return statusOfBlank(context, url);
  const known = (await getJson(url, '/api/v1/status')).json as Status;
  if (terminal.json) {
    terminal.value({ url, ...known });
    return ExitCode.fine;
  }
  const { store, neighbours } = known;
  const row = (label: string, text: string): void =>
    terminal.line(`  ${terminal.style('dim', label.padEnd(12))}${text}`);
  const name = terminal.style('bold', inert(known.node.name));
  terminal.line(`${name} of site ${inert(known.node.siteName)}, Muster ${known.node.version}`);
  row('Address', url);
  row('Up', `${durationText(known.uptimeMs)}, ${countText(known.boots, 'start')} in all`);
  row('Clock', clockTexts[known.node.clockQuality] ?? 'unknown');
  row('Store', storeText(store));
  row('Clients', clientsText(known));
  row('Trust', trustText(known.trust));
  if (known.frozenAuthors > 0) row('Frozen', countText(known.frozenAuthors, 'author'));
  const dropped = Object.entries(known.dropped).map(([reason, count]) => `${reason} ${count}`);
  if (dropped.length > 0) row('Dropped', dropped.join(', '));
  row('Neighbours', neighbours.length === 0 ? 'none' : '');
  for (const neighbour of neighbours) terminal.line(neighbourText(neighbour));
  return ExitCode.fine;
}

/** What a box says that waits to be claimed. */
async function statusOfBlank(context: CommandContext, url: string): Promise<ExitCode> {
  const { terminal } = context;
  const { json } = await getJson(url, '/api/v1/claim');
  const { name, version, shortCode, phase, code, fault } = json as ClaimView;
  if (terminal.json) {
    terminal.value({ url, unclaimed: true, name, version, shortCode, phase, code, fault });
    return ExitCode.fine;
  }
  terminal.line(`${terminal.style('bold', inert(name))} is of no site yet, Muster ${version}`);
  const row = (label: string, text: string): void =>
    terminal.line(`  ${terminal.style('dim', label.padEnd(12))}${text}`);
  row('Address', url);
  row('Code', `${shortCode}, in full: ${code}`);
  row('Claim', fault ? `${phase}: ${inert(fault.message)}` : phase);
  terminal.note('\nGive it an invite: muster claim CODE. Or an admin: muster node claim CODE');
  return ExitCode.fine;
}

function clientsText({ clients, guestsWaiting }: StatusInfo): string {
  return guestsWaiting > 0 ? `${clients}; ${guestsWaiting} wait to be let in` : String(clients);
}

function trustText({ epoch, revokedKeys, clones }: StatusInfo['trust']): string {
  const copied = clones > 0 ? `; ${countText(clones, 'copied card')}` : '';
  return `epoch ${epoch}, ${countText(revokedKeys, 'revoked key')}${copied}`;
}

function storeText(store: StatusInfo['store']): string {
  const { bundlesHeld = 0, contentBytes = 0, contentBytesMax = 0, freeBytes } = store;
  const disk = freeBytes === undefined ? '' : `; ${bytesText(freeBytes)} free on the disk`;
  const content = `${bytesText(contentBytes)} of ${bytesText(contentBytesMax)}`;
  return `${countText(bundlesHeld, 'bundle')}, ${content}${disk}`;
}

function neighbourText(neighbour: NeighbourInfo): string {
  const { name, state, sinceMs, bundlesSent, bundlesReceived, queuedBytes } = neighbour;
  const head = `    ${inert(name || 'unknown').padEnd(16)} ${state.padEnd(12)}`;
  const queued = queuedBytes > 0 ? `, ${bytesText(queuedBytes)} waiting` : '';
  const since = durationText(sinceMs);
  return `${head} ${since}, ${bundlesSent} sent, ${bundlesReceived} received${queued}`;
}
