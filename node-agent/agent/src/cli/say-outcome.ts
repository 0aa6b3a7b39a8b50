/** Says how it went with a bundle that was sent, and which exit code that is. */
import { toBase64url } from '@muster/core';
import type { PutOutcome } from '../client/node-session.ts';
import { countText } from './amount.ts';
import { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

export function sayOutcome(terminal: Terminal, outcome: PutOutcome): ExitCode {
  if (outcome.state === 'held') {
    const { id, nodes } = outcome;
    if (terminal.json) terminal.value({ state: 'held', id: toBase64url(id), nodes });
    else terminal.note(terminal.style('green', `Held at ${countText(nodes, 'node')}.`));
    return ExitCode.fine;
  }
  const { reason, retry, message } = outcome;
  const state = retry ? 'waiting' : 'refused';
  if (terminal.json) terminal.value({ state, reason, message });
  else if (retry) {
    terminal.note(`Not held yet: ${message}\n  It is kept, and goes with the next muster send.`);
  } else terminal.note(`${terminal.style('red', 'Refused:')} ${message}`);
  return retry ? ExitCode.waiting : ExitCode.refused;
}
