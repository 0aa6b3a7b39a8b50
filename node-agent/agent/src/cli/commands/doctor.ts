/**
 * `muster doctor`: looks for whatever could keep a node from working here, whether it runs or not,
 * and says how to mend it. Ends with 1 only when something fails; warnings are for judging.
 */
import type { CommandContext } from '../context.ts';
import { type Check, checks, type Finding } from '../doctor-checks.ts';
import { ExitCode } from '../exit-code.ts';

export async function doctor(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const findings: (Finding & { name: string })[] = [];
  const all = { ...checks, ...context.world.extension?.doctorChecks };
  for (const [name, check] of Object.entries(all)) {
    const finding = { name, ...(await look(check, context)) };
    findings.push(finding);
    if (!terminal.json) say(context, finding);
  }
  const failed = findings.some(({ state }) => state === 'fail');
  if (terminal.json) terminal.value({ ok: !failed, findings });
  else if (failed) terminal.line('\nSomething needs mending before a node can work here.');
  else terminal.line('\nA node can work here.');
  return failed ? ExitCode.failed : ExitCode.fine;
}

async function look(check: Check, context: CommandContext): Promise<Finding> {
  try {
    return await check(context);
  } catch (error) {
    const { message, mend } = error as Error & { mend?: string };
    return { state: 'fail', text: message, mend: mend ?? 'Run it again with --debug.' };
  }
}

function say({ terminal }: CommandContext, finding: Finding & { name: string }): void {
  const marks = {
    ok: terminal.style('green', 'ok  '),
    warn: terminal.style('yellow', 'warn'),
    fail: terminal.style('red', 'fail'),
  };
  terminal.line(`${marks[finding.state]}  ${finding.name.padEnd(12)} ${finding.text}`);
  if (finding.mend) terminal.line(`      ${' '.repeat(12)} → ${finding.mend}`);
}
