/**
 * `muster node list`: the nodes of the site with what each says of itself, problems first. Without
 * an admin's keys it shows what the node at hand itself sees of its neighbours.
 */

import type { SiteNode, SiteView } from '../../admin/site-view.ts';
import { getJson } from '../../client/get-json.ts';
import type { NodeInfo, StatusInfo } from '../../http/api-routes.ts';
import { countText, durationText } from '../amount.ts';
import { agentUrl, type CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { type AdminOptions, hasKeys } from './keys.ts';
import { withAdmin } from './with-admin.ts';

export async function list(context: CommandContext, options: AdminOptions): Promise<ExitCode> {
  if (!hasKeys(context, options)) return listSeen(context);
  return withAdmin(context, options, async ({ admin }) => {
    const { view } = await admin.look();
    if (context.terminal.json) {
      const { epoch, nodes, unclaimed, self } = view;
      context.terminal.value({ epoch, self, nodes, unclaimed });
    } else show(context, view);
    return ExitCode.fine;
  });
}

function show({ terminal }: CommandContext, { nodes, unclaimed, self }: SiteView): void {
  for (const node of nodes) {
    const name = terminal.style('bold', inert(node.name).padEnd(20));
    const here = node.key === self ? '  (asked)' : '';
    terminal.line(`${name} ${node.key.slice(0, 12)}  ${stateOf(node)}${here}`);
    for (const { severity, text } of node.report?.problems ?? []) {
      terminal.line(`  ${terminal.style(severity === 'problem' ? 'red' : 'yellow', inert(text))}`);
    }
  }
  if (unclaimed.length > 0) terminal.line('\nWaiting to be claimed:');
  for (const { name, shortCode, address } of unclaimed) {
    terminal.line(`  ${inert(name).padEnd(18)} ${inert(shortCode)}  ${inert(address)}`);
  }
}

function stateOf({ report, ageMs, revoked, clone }: SiteNode): string {
  if (revoked) return 'revoked';
  if (clone) return 'its key is in use on two machines';
  if (!report) return 'not heard of yet';
  const live = report.links.filter(({ state }) => state === 'live').length;
  const heard = `heard ${durationText(ageMs)} ago`;
  return `${report.role}, ${countText(live, 'neighbour')}, ${heard}`;
}

/** Of the node's own status, which anybody on this machine may ask. */
async function listSeen(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const url = agentUrl(context);
  const node = (await getJson(url, '/api/v1/node')).json as NodeInfo;
  const { neighbours } = (await getJson(url, '/api/v1/status')).json as StatusInfo;
  const nodes = [
    { key: node.nodeKey, name: node.name, state: 'asked' },
    ...neighbours.map(({ nodeKey: key, name, state }) => ({ key, name, state })),
  ];
  if (terminal.json) terminal.value({ self: node.nodeKey, nodes });
  else {
    for (const { key, name, state } of nodes) {
      terminal.line(`${inert(name).padEnd(20)} ${key.slice(0, 12)}  ${state}`);
    }
    terminal.note('These are it and its neighbours. All of the site: with --keys FOLDER');
  }
  return ExitCode.fine;
}
