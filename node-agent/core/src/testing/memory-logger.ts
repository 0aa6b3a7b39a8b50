/**
 * The Logger port into memory: tests read it, and print it only when they fail. It keeps the newest
 * entries up to a maximum. Belongs to no step.
 */
import type { LogFields, Logger } from '../ports/logger.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogEntry {
  readonly level: LogLevel;
  readonly component: string;
  readonly event: string;
  readonly fields: LogFields;
}

/** Enough for any test; at it the older half goes. */
const entriesMax = 20_000;

export interface MemoryLogger extends Logger {
  /** Oldest first, of all components. */
  readonly entries: readonly LogEntry[];
}

export function createMemoryLogger(level: LogLevel = 'debug'): MemoryLogger {
  const entries: LogEntry[] = [];
  const lowest = logLevels.indexOf(level);
  const under = (component: string): MemoryLogger => {
    const at =
      (entryLevel: LogLevel) =>
      (event: string, fields: LogFields = {}): void => {
        if (logLevels.indexOf(entryLevel) < lowest) return;
        if (entries.length >= entriesMax) entries.splice(0, entriesMax / 2);
        entries.push({ level: entryLevel, component, event, fields });
      };
    const [debug, info, warn, error] = [at('debug'), at('info'), at('warn'), at('error')];
    return { entries, debug, info, warn, error, child: under };
  };
  return under('');
}
