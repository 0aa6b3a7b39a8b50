/** `muster status`: how the running node is, on one screen. */
import { getJson } from '../../client/get-json.ts';
import type { NeighbourInfo, NodeInfo, StatusInfo } from '../../http/api-routes.ts';
import { bytesText, countText, durationText } from '../amount.ts';
import { agentUrl, type CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';

type Status = StatusInfo & { readonly node: NodeInfo & { readonly version: string } };

const clockTexts = ['unknown: not believed', 'as the device has it', 'synced'];

export async function status(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const url = agentUrl(context);
  const known = (await getJson(url, '/api/v1/status')).json as Status;
  if (terminal.json) {
    terminal.value({ url, ...known });
    return ExitCode.fine;
  }
  const { node, store, neighbours } = known;
  const row = (label: string, text: string): void =>
    terminal.line(`  ${terminal.style('dim', label.padEnd(12))}${text}`);
  const name = terminal.style('bold', inert(node.name));
  terminal.line(`${name} of site ${inert(node.siteName)}, Muster ${node.version}`);
  row('Address', url);
  row('Up', `${durationText(known.uptimeMs)}, ${countText(known.boots, 'start')} in all`);
  row('Clock', clockTexts[node.clockQuality] ?? 'unknown');
  row('Store', storeText(store));
  row('Clients', String(known.clients));
  if (known.frozenAuthors > 0) row('Frozen', countText(known.frozenAuthors, 'author'));
  const dropped = Object.entries(known.dropped).map(([reason, count]) => `${reason} ${count}`);
  if (dropped.length > 0) row('Dropped', dropped.join(', '));
  row('Neighbours', neighbours.length === 0 ? 'none' : '');
  for (const neighbour of neighbours) terminal.line(neighbourText(neighbour));
  return ExitCode.fine;
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
