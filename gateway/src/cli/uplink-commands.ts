/**
 * `muster uplink` and `muster outbox`: the ways out of the site, what waits for them, and what will
 * never go. Everything is asked of the running gateway.
 */
import {
  bytesText,
  type CommandContext,
  countText,
  durationText,
  ExitCode,
  inert,
} from '@muster/agent/cli';
import type { CheckStep, DeadLetterInfo, UplinkInfo } from '../uplinks/info.ts';
import { ask } from './ask.ts';

export async function add(
  context: CommandContext,
  params: Readonly<Record<string, unknown>>,
): Promise<ExitCode> {
  const { terminal } = context;
  const added = await ask<UplinkInfo>(context, 'uplink.add', params);
  if (terminal.json) terminal.value(added);
  else {
    terminal.line(`Added ${inert(added.name)}: ${inert(added.address)}`);
    terminal.note(`See whether it works: muster uplink test ${added.name}`);
  }
  return ExitCode.fine;
}

export async function list(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const { uplinks } = await ask<{ uplinks: readonly UplinkInfo[] }>(context, 'uplink.list');
  if (terminal.json) {
    terminal.value({ uplinks });
    return ExitCode.fine;
  }
  for (const uplink of uplinks) showUplink(context, uplink);
  if (uplinks.length === 0) {
    terminal.note('No uplinks: nothing leaves the site. Add one: muster uplink add relay ADDRESS');
  }
  return ExitCode.fine;
}

function showUplink({ terminal }: CommandContext, uplink: UplinkInfo): void {
  const { name, kind, address, state, sinceMs, waiting, deadLetters, problem, mend } = uplink;
  const colours = { up: 'green', down: 'red', connecting: 'yellow', paused: 'dim' } as const;
  const word = terminal.style(colours[state], state);
  const head = terminal.style('bold', inert(name).padEnd(16));
  terminal.line(`${head} ${word} for ${durationText(sinceMs)}`);
  terminal.line(`  ${kind.padEnd(8)} ${inert(address)}`);
  const queue = `${countText(waiting.bundles, 'bundle')}, ${bytesText(waiting.bytes)}`;
  const dead = deadLetters > 0 ? `; ${countText(deadLetters, 'dead letter')}` : '';
  terminal.line(`  waiting  ${queue}${dead}`);
  if (problem !== '') terminal.line(`  problem  ${inert(problem)}`);
  if (mend !== '') terminal.line(`           → ${inert(mend)}`);
}

export async function test(context: CommandContext, name: string): Promise<ExitCode> {
  const { terminal } = context;
  const { steps } = await ask<{ steps: readonly CheckStep[] }>(context, 'uplink.test', { name });
  const fine = steps.every(({ ok }) => ok);
  if (terminal.json) terminal.value({ ok: fine, steps });
  else {
    for (const { name: step, ok, text, mend } of steps) {
      const mark = ok ? terminal.style('green', 'ok  ') : terminal.style('red', 'fail');
      terminal.line(`${mark}  ${step.padEnd(12)} ${inert(text)}`);
      if (mend) terminal.line(`      ${''.padEnd(12)} → ${inert(mend)}`);
    }
  }
  return fine ? ExitCode.fine : ExitCode.failed;
}

/** pause, resume, remove: one word said about one uplink. */
export async function change(
  context: CommandContext,
  command: 'pause' | 'resume' | 'remove',
  name: string,
): Promise<ExitCode> {
  const { terminal } = context;
  await ask(context, `uplink.${command}`, { name });
  const words = {
    pause: 'is paused; what it has to carry waits.',
    resume: 'goes on.',
    remove: 'is removed.',
  };
  if (terminal.json) terminal.value({ name, done: command });
  else terminal.line(`${inert(name)} ${words[command]}`);
  return ExitCode.fine;
}

export async function outbox(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const known = await ask<{
    uplinks: readonly UplinkInfo[];
    deadLetters: readonly DeadLetterInfo[];
  }>(context, 'outbox.list');
  if (terminal.json) {
    terminal.value(known);
    return ExitCode.fine;
  }
  for (const uplink of known.uplinks) showUplink(context, uplink);
  if (known.uplinks.length === 0) terminal.note('No uplinks, so nothing waits.');
  if (known.deadLetters.length > 0) terminal.line('\nWill never go:');
  for (const { id, uplink, channel, reason, ageMs } of known.deadLetters) {
    const where = `${inert(uplink)} #${inert(channel)}`;
    terminal.line(`  ${id.slice(0, 10)}  ${where}, ${durationText(ageMs)} ago: ${inert(reason)}`);
  }
  if (known.deadLetters.length > 0) {
    terminal.note(
      'Try one again: muster outbox retry ID. Forget it: muster outbox drop ID (or all)',
    );
  }
  return ExitCode.fine;
}

export async function deadLetter(
  context: CommandContext,
  command: 'retry' | 'drop',
  id: string,
): Promise<ExitCode> {
  const { terminal } = context;
  const { count } = await ask<{ count: number }>(context, `outbox.${command}`, { id });
  if (terminal.json) terminal.value({ [command]: count });
  else terminal.line(`${command === 'retry' ? 'Tried again' : 'Dropped'}: ${count}`);
  return ExitCode.fine;
}
