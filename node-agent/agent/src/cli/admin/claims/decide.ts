/**
 * What the admin decides before a box becomes a node (or a phone an admin): who is there, what will
 * change, and whether the six digits are the same at both ends. One question at a time, however
 * many boxes come at once. Before anything is asked the code is burned.
 */
import { type ClaimantInfo, type ClaimRefusal, toBase64url } from '@muster/core';
import type { CommandContext } from '../../context.ts';
import type { Prompt } from '../../prompt.ts';
import { inert } from '../../terminal.ts';

export interface Change {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

export interface Claimant {
  /** What the admin calls it. */
  readonly name: string;
  readonly subject: ClaimantInfo;
  readonly comparisonCode: string;
  readonly changes: readonly Change[];
}

export interface Asking {
  readonly context: CommandContext;
  readonly prompt: Prompt;
  readonly yes: boolean | undefined;
}

/** Undefined for yes. */
export async function decide(
  { context, prompt, yes }: Asking,
  claimant: Claimant,
): Promise<ClaimRefusal | undefined> {
  const { terminal } = context;
  const { name, subject, comparisonCode, changes } = claimant;
  const key = toBase64url(subject.key);
  if (terminal.json) {
    const { name: ownName, version } = subject;
    terminal.value({
      event: 'compare',
      ...{ name, key, ownName, version, comparisonCode, changes },
    });
  } else {
    const who = inert(subject.name) || 'A device without a name';
    terminal.line(`\n${terminal.style('bold', who)} is there (Muster ${inert(subject.version)}).`);
    for (const { what, from, to } of changes) {
      const before = from === '' ? '' : `${inert(from)} → `;
      terminal.line(`  ${what.padEnd(20)} ${before}${inert(to) || 'nothing'}`);
    }
    terminal.line(`\n  It must show the same digits:  ${terminal.style('bold', comparisonCode)}\n`);
  }
  const same = await prompt.confirm('Does it show these digits, and is all of this right?', yes);
  return same ? undefined : 'codes-differ';
}

/** A code that a second one has tried to use: both are shown, and nothing is given away. */
export function showSecond(
  { terminal }: CommandContext,
  { name, first, second }: { readonly name: string; first: Uint8Array; second: ClaimantInfo },
): void {
  const [one, other] = [toBase64url(first), toBase64url(second.key)];
  if (terminal.json) {
    terminal.value({ event: 'second', name, first: one, second: other, secondName: second.name });
    return;
  }
  const head = terminal.style('red', 'A second device tried the same code.');
  terminal.line(`\n${head} It got nothing.`);
  terminal.line(`  first   ${one}`);
  terminal.line(`  second  ${other}  ${inert(second.name)}`);
  terminal.note(`If the first one is not yours: muster revoke ${one.slice(0, 12)}`);
}
