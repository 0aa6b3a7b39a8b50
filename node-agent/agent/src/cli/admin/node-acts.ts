/**
 * `muster node rename|move|reset|restart`: acts that name one node. Done at once where it is the
 * node at hand; elsewhere they travel through the mesh, and the node tells by its next report.
 */
import {
  claimFaultText,
  decodeClaimCode,
  GrantKind,
  judgeClaimCode,
  MusterError,
  type NodeReport,
  NodeRole,
  nameLimits,
  Power,
  toBase64url,
  utf8,
} from '@muster/core';
import { certifyNode, endsEpochOf } from '@muster/provisioning';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { changeBook } from './change-book.ts';
import { findParty, type Party, partiesOf } from './find-party.ts';
import type { AdminOptions } from './keys.ts';
import { grant } from './renew-all.ts';
import { requireDone } from './say-act.ts';
import { type AdminAtWork, withAdmin } from './with-admin.ts';

const reportMsMax = 10_000;
const reportPollMs = 500;

interface NodeAtHand {
  readonly work: AdminAtWork;
  readonly node: Party;
}

/** What an act of one command says; undefined when the person said no. */
type Draft = (at: NodeAtHand) => Promise<
  | {
      readonly command: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly text: string;
    }
  | undefined
>;

export function restart(context: CommandContext, given: string, options: AdminOptions) {
  return actOn(context, { given, options, needs: Power.rules }, async ({ node }) => ({
    ...{ command: 'node.restart', params: {} },
    text: `${inert(node.name)} starts again.`,
  }));
}

export function reset(context: CommandContext, given: string, options: AdminOptions) {
  return actOn(context, { given, options, needs: Power.nodes }, async ({ node, work }) => {
    const question = `Make ${inert(node.name)} blank again? What it holds is removed there.`;
    if (!(await work.prompt.confirm(question, options.yes))) return undefined;
    const text = `${inert(node.name)} becomes a blank box. Its key: muster node revoke.`;
    return { command: 'node.reset', params: { keepData: false }, text };
  });
}

export function move(
  context: CommandContext,
  given: string,
  options: AdminOptions & { readonly invite: string },
) {
  return actOn(context, { given, options, needs: Power.nodes }, async ({ node, work }) => {
    const { crypto, clock } = work;
    const code = decodeClaimCode(crypto, options.invite);
    const fault = code.ok
      ? judgeClaimCode(code.value, { kinds: ['invite'], ...clock.wall() })
      : code.reason;
    if (fault) {
      const { message, mend } = claimFaultText[fault];
      throw new MusterError(`claim-${fault}`, message, mend);
    }
    const question = `Move ${inert(node.name)} with this invite? It leaves this site.`;
    if (!(await work.prompt.confirm(question, options.yes))) return undefined;
    const text = `${inert(node.name)} leaves, and claims itself with the invite.`;
    return { command: 'node.move', params: { invite: options.invite.trim() }, text };
  });
}

export function rename(
  context: CommandContext,
  given: string,
  options: AdminOptions & { readonly name: string },
) {
  const { name } = options;
  if (name !== inert(name) || name === '' || utf8(name).length > nameLimits.nameBytesMax) {
    const mend = `A name takes up to ${nameLimits.nameBytesMax} bytes on one line.`;
    throw new MusterError('node-name', 'This name cannot be used', mend);
  }
  return actOn(context, { given, options, needs: Power.nodes }, async (at) => {
    await certifyAs(at, name);
    return { command: 'node.rename', params: { name }, text: `It is called ${name} now.` };
  });
}

/** The name that others see is that of its certificate. */
async function certifyAs(at: NodeAtHand, name: string): Promise<void> {
  const { crypto, site, authority, admin, clock } = at.work;
  const { key } = at.node;
  const { role, certificateEpoch } = await reportOf(at);
  // A node takes no certificate that ends before the one it has.
  const epoch = Math.max(endsEpochOf(admin.trust.epoch), certificateEpoch);
  const by = { siteKey: site.siteKey, issuer: authority.issuer };
  const content = certifyNode(crypto, by, { nodeKey: key, name, role: NodeRole[role], epoch });
  const issuedUnixMs = clock.wall().unixMs;
  await changeBook(at.work, (book) =>
    book.noteNodes([{ key, name, role, endsEpoch: epoch, issuedUnixMs }]),
  );
  await grant(at.work, key, { kind: GrantKind.certificate, content });
  const params = { key: toBase64url(key), name, role, epoch, label: name };
  requireDone(await admin.act({ command: 'node.certify', params }));
}

/** What the node last said of itself; one that has just started says it within seconds. */
async function reportOf({ work, node }: NodeAtHand): Promise<NodeReport> {
  const { admin, clock } = work;
  const untilMs = clock.monotonicMs() + reportMsMax;
  for (;;) {
    const { view } = await admin.look();
    const report = view.nodes.find(({ key }) => key === toBase64url(node.key))?.report;
    if (report) return report;
    if (clock.monotonicMs() >= untilMs) throw notHeard(node.name);
    await new Promise<void>((resolve) => clock.after(reportPollMs, resolve));
  }
}

async function actOn(
  context: CommandContext,
  what: { readonly given: string; readonly options: AdminOptions; readonly needs: number },
  draft: Draft,
): Promise<ExitCode> {
  const { terminal } = context;
  const { given, options, needs } = what;
  return withAdmin(context, { ...options, needs }, async (work) => {
    const { view } = await work.admin.look();
    const parties = partiesOf(work.book, { view, node: work.node });
    const nodes = parties.filter(({ kind }) => kind === 'node');
    const node = findParty(work.crypto, nodes, given);
    if (node.kind === 'unknown') throw notANode(given);
    const act = await draft({ work, node });
    if (!act) return ExitCode.failed;
    const { command, params, text } = act;
    const whole = { ...params, label: node.name };
    const done = requireDone(await work.admin.act({ command, node: node.key, params: whole }));
    if (terminal.json) terminal.value({ node: toBase64url(node.key), command, done });
    else {
      terminal.line(text);
      if (!done) terminal.note('It is on its way there; see muster node list.');
    }
    return ExitCode.fine;
  });
}

function notHeard(name: string): MusterError {
  const mend = 'It must have been in reach once since the store of this node was made.';
  return new MusterError('node-not-heard', `Nothing was heard of ${inert(name)} yet`, mend);
}

function notANode(given: string): MusterError {
  const mend = 'Look with: muster node list';
  return new MusterError('node-unknown', `${JSON.stringify(inert(given))} is no node here`, mend);
}
