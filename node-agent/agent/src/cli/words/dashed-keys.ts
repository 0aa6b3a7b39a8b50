/**
 * Tags and keys are written in base64url, so one in 64 begins with a dash. A whole one is taken for
 * what it is and not for options; of the beginning of one the parser cannot know.
 */
import type { Command } from 'commander';

/** Of 16 and of 32 bytes. */
const shape = /^-(?:[\w-]{21}|[\w-]{42})$/;
/** No argument of a process holds it (execve(2)). */
const mark = '\0';

/** The arguments as `program` may parse them; its actions get them as they were. */
export function keepDashedKeys(program: Command, given: readonly string[]): string[] {
  // Mostly there is none, and a box that starts need not look through all words for it.
  if (!given.some((text) => shape.test(text))) return [...given];
  const flags = flagsOf(program);
  program.hook('preAction', (_, action) => {
    action.processedArgs = action.processedArgs.map(unmarked);
    for (const [name, value] of Object.entries(action.opts())) {
      action.setOptionValueWithSource(name, unmarked(value), action.getOptionValueSource(name));
    }
  });
  return given.map((text) => (shape.test(text) && !flags.has(text) ? mark + text : text));
}

function flagsOf(command: Command): Set<string | undefined> {
  const own = new Set(command.options.map(({ long }) => long));
  return command.commands.reduce((all, one) => all.union(flagsOf(one)), own);
}

function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? value.slice(mark.length) : value;
  return Array.isArray(value) ? value.map(unmarked) : value;
}
