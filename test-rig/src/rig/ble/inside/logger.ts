/** The log of parts that run in the conductor itself: the machine keeps its standard error. */
import type { Logger } from '@muster/core';

export function loggerOf(component: string): Logger {
  const write =
    (level: string) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      const line = { time: Date.now(), level, component, event, ...fields };
      process.stderr.write(`${JSON.stringify(line)}\n`);
    };
  const [debug, info, warn, error] = ['debug', 'info', 'warn', 'error'].map(write);
  return { debug: debug!, info: info!, warn: warn!, error: error!, child: loggerOf };
}
