/** A logger for parts that are only measured. */
import type { Logger } from '@muster/core';

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
