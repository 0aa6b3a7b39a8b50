/**
 * `muster claim CODE`: gives the blank box that runs here an admin's invite. Shows the six digits
 * and what will change; nothing is changed before the person says yes.
 */
import { type Clock, MusterError } from '@muster/core';
import { askAgent } from '../../control/client.ts';
import type { ClaimView } from '../../unclaimed/claim-state.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { type Prompt, withPrompt } from '../prompt.ts';
import { inert, type Terminal } from '../terminal.ts';
import { clientParts } from '../with-session.ts';

export interface ClaimOptions extends CommonOptions {
  readonly yes?: boolean;
  /** How long the site is looked for, seconds. */
  readonly wait: number;
}

type Ask = <T>(command: string, params?: Readonly<Record<string, unknown>>) => Promise<T>;

/** The box becomes a member and listens anew; a slow card takes a while for that. */
const memberMsMax = 30_000;
const memberPollMs = 250;

export async function claim(
  context: CommandContext,
  code: string,
  options: ClaimOptions,
): Promise<ExitCode> {
  const { folder, terminal } = context;
  const { clock } = await clientParts();
  const ask: Ask = async <T>(command: string, params = {}) =>
    (await askAgent(folder, { command, params }, clock)) as T;
  const { revision } = await firstState(ask);
  await ask('unclaimed.invite', { code });
  terminal.note('Asking for the site …');
  return withPrompt(context, async (prompt) => {
    const siteName = await untilClaimed({ ask, terminal, prompt, clock }, revision, options);
    if (terminal.json) terminal.value({ event: 'claimed', siteName });
    else terminal.line(`${terminal.style('green', 'Done:')} a node of ${inert(siteName)}.`);
    return ExitCode.fine;
  });
}

async function firstState(ask: Ask): Promise<ClaimView> {
  try {
    return await ask<ClaimView>('unclaimed.state');
  } catch (error) {
    if (!(error instanceof MusterError) || error.code !== 'unknown-command') throw error;
    const mend = 'To move it, its admin runs: muster node move NODE INVITE';
    throw new MusterError('already-claimed', 'This box belongs to a site already', mend);
  }
}

interface Watching {
  readonly ask: Ask;
  readonly terminal: Terminal;
  readonly prompt: Prompt;
  readonly clock: Clock;
}

/** The name of the site that it belongs to then. */
async function untilClaimed(
  watching: Watching,
  since: number,
  { yes, wait }: ClaimOptions,
): Promise<string> {
  const { ask, prompt, clock } = watching;
  const giveUpMs = clock.monotonicMs() + wait * 1000;
  let seen = since;
  let siteName = '';
  let answered = false;
  const said = new Set<string>();
  for (;;) {
    const state = await nextState(watching, { seen, answered });
    if (!state || state.phase === 'claimed') return siteName;
    seen = state.revision;
    siteName = state.siteName ?? siteName;
    show(watching.terminal, state, said);
    if (state.phase === 'failed') throw failed(state);
    if (state.phase === 'claiming' && clock.monotonicMs() >= giveUpMs) {
      await ask('unclaimed.invite', { code: null });
      throw failed(state);
    }
    if (state.phase !== 'offered' || answered) continue;
    const accept = await prompt.confirm('Become a node of this site, with these changes?', yes);
    await ask('unclaimed.answer', { accept });
    answered = true;
  }
}

/** Undefined once it is a member: its socket knows nothing of claims any more. */
async function nextState(
  { ask, clock }: Watching,
  { seen, answered }: { readonly seen: number; readonly answered: boolean },
): Promise<ClaimView | undefined> {
  const untilMs = clock.monotonicMs() + memberMsMax;
  for (;;) {
    try {
      return await ask<ClaimView>('unclaimed.next', { since: seen });
    } catch (error) {
      const { code } = error as Partial<MusterError>;
      if (code === 'unknown-command') return undefined;
      const isChanging = code === 'agent-unreachable' && answered && clock.monotonicMs() < untilMs;
      if (!isChanging) throw error;
      await new Promise<void>((resolve) => clock.after(memberPollMs, resolve));
    }
  }
}

/** What is tried again and again is said once. */
function show(terminal: Terminal, state: ClaimView, said: Set<string>): void {
  const { phase, comparison, siteName, preview = [], fault, claimants } = state;
  const trouble = phase === 'claiming' ? fault : undefined;
  if (trouble && said.has(trouble.code)) return;
  if (trouble) said.add(trouble.code);
  if (terminal.json) {
    terminal.value({ event: phase, comparison, siteName, preview, fault, claimants });
    return;
  }
  if (trouble) terminal.note(`${trouble.message} Trying again …`);
  if (phase === 'comparing' && comparison && !said.has(comparison)) {
    said.add(comparison);
    terminal.line(`\nThe admin of ${inert(siteName ?? '')} must see the same digits:`);
    terminal.line(`\n  ${terminal.style('bold', comparison)}\n`);
  }
  if (phase === 'offered') {
    for (const { what, from, to } of preview) {
      const before = from === '' ? '' : `${inert(from)} → `;
      terminal.line(`  ${inert(what).padEnd(20)} ${before}${inert(to)}`);
    }
  }
}

function failed({ fault, claimants = [] }: ClaimView): MusterError {
  const { code = 'failed', message = 'It came to nothing', mend = 'Try again.' } = fault ?? {};
  const by = claimants.length > 0 ? ` It was used by ${claimants.map(inert).join(', ')}.` : '';
  return new MusterError(`claim-${code}`, `${message}${by}`, mend);
}
