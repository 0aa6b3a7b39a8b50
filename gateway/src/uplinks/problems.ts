/** What is wrong with an uplink, in the words of a node's report: for admins far from its box. */
import type { ReportedProblem } from '@muster/core';
import type { UplinkInfo } from './info.ts';

/** A moment's silence of the other side is nothing to worry anybody with. */
const downMsMin = 60_000;

export function uplinkProblems(uplink: UplinkInfo): ReportedProblem[] {
  const { name, state, sinceMs, problem, mend, deadLetters } = uplink;
  const found: ReportedProblem[] = [];
  if (problem !== '' && state !== 'paused' && sinceMs >= downMsMin) {
    const text = sentences(`The uplink ${name} does not work: ${problem}`, mend);
    found.push({ code: `uplink-down-${name}`, severity: 'problem', text });
  }
  if (deadLetters > 0) {
    const many = deadLetters === 1 ? 'a message was' : `${deadLetters} messages were`;
    const text = `On the uplink ${name} ${many} given up: see muster outbox list.`;
    found.push({ code: `dead-letters-${name}`, severity: 'warning', text });
  }
  return found;
}

function sentences(...parts: readonly string[]): string {
  const whole = parts.filter((part) => part !== '').map((part) => part.replace(/\.?$/, '.'));
  return whole.join(' ').slice(0, 300);
}
