/**
 * `muster site epoch [advance]`: shows the epoch, or ends it. First everybody who belongs here gets
 * new papers, then the list that names the next epoch goes out; who was not renewed is out.
 */
import { type Clock, MusterError, Power } from '@muster/core';
import type { SiteView } from '../../admin/site-view.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import type { AdminOptions } from './keys.ts';
import { renewAll } from './renew-all.ts';
import { signNextList } from './revoke-keys.ts';
import { requireDone } from './say-act.ts';
import { type AdminAtWork, withAdmin } from './with-admin.ts';

export interface EpochOptions extends AdminOptions {
  /** How long nodes are waited for, seconds. */
  readonly wait: number;
}

const lookEveryMs = 2_000;

export async function epoch(
  context: CommandContext,
  word: string | undefined,
  options: EpochOptions,
): Promise<ExitCode> {
  if (word === undefined) return withAdmin(context, options, (work) => show(context, work));
  if (word !== 'advance') {
    const mend = 'Write muster site epoch, or muster site epoch advance.';
    throw new MusterError('epoch-word', `${JSON.stringify(word)} is not understood`, mend);
  }
  const needs = Power.revoke | Power.nodes | Power.people;
  return withAdmin(context, { ...options, needs }, (work) => advance(context, work, options));
}

async function show({ terminal }: CommandContext, { admin }: AdminAtWork): Promise<ExitCode> {
  const { epoch: now, revokedCount } = admin.trust;
  if (terminal.json) terminal.value({ epoch: now, revokedKeys: revokedCount });
  else terminal.line(`The site is in epoch ${now}; ${revokedCount} keys are revoked.`);
  return ExitCode.fine;
}

async function advance(
  context: CommandContext,
  work: AdminAtWork,
  { yes, wait }: EpochOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { admin, prompt } = work;
  const next = admin.trust.epoch + 1;
  const question = `End epoch ${next - 1}? All guests and whoever is not renewed are out.`;
  if (!(await prompt.confirm(question, yes))) return ExitCode.failed;
  const { view } = await admin.look();
  const renewed = await renewAll(work, { view, epoch: next });
  terminal.note(`New papers are on their way to ${renewed.nodes.length} nodes …`);
  const silent = await untilRenewed(work, { epoch: next, waitMs: wait * 1000 });
  if (silent.length > 0) {
    terminal.note(`These did not answer: ${silent.map(inert).join(', ')}.`);
    const anyway = 'Go on? They have their papers when they come back, within a week.';
    if (!(await prompt.confirm(anyway, yes))) return ExitCode.failed;
  }
  const list = await signNextList(work, { add: [], epoch: next, byRoot: false });
  const params = { epoch: next, label: `epoch ${next}` };
  requireDone(await admin.act({ command: 'list.set', params, documents: [list] }));
  if (terminal.json) terminal.value({ epoch: next, renewed, silent });
  else terminal.line(`The site is in epoch ${next}.`);
  return ExitCode.fine;
}

/** Names of the nodes that did not take their new certificate in time. */
async function untilRenewed(
  { admin, clock }: AdminAtWork,
  { epoch: wanted, waitMs }: { readonly epoch: number; readonly waitMs: number },
): Promise<string[]> {
  const untilMs = clock.monotonicMs() + waitMs;
  for (;;) {
    const silent = silentIn((await admin.look()).view, wanted);
    if (silent.length === 0 || clock.monotonicMs() >= untilMs) return silent;
    await pause(clock);
  }
}

function silentIn({ nodes }: SiteView, wanted: number): string[] {
  return nodes
    .filter(({ revoked, report }) => !revoked && (report?.certificateEpoch ?? -1) <= wanted)
    .map(({ name }) => name);
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.after(lookEveryMs, resolve));
}
