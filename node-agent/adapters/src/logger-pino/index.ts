/**
 * The Logger port on pino: one JSON object a line on standard output, where systemd picks it up.
 * As a last line of defence no whole key gets through and no long text: callers log neither.
 */
import type { LogFields, Logger } from '@muster/core';
import pino from 'pino';

/** 32 bytes are 43 characters in base64url and more in base58, base32 or hex. */
const keyLike = /[A-Za-z0-9_-]{43,}/g;
const keyCharsShown = 8;

/** An error's message or a path fits; a message of a person mostly does not. */
const textCharsMax = 500;

export interface PinoLoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go instead of standard output. */
  readonly destination?: { write(line: string): void };
}

export function createPinoLogger(options: PinoLoggerOptions): Logger {
  const root = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'event',
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  const wrap = (logger: pino.Logger): Logger => ({
    debug: (event, fields) => logger.isLevelEnabled('debug') && logger.debug(plain(fields), event),
    info: (event, fields) => logger.isLevelEnabled('info') && logger.info(plain(fields), event),
    warn: (event, fields) => logger.isLevelEnabled('warn') && logger.warn(plain(fields), event),
    error: (event, fields) => logger.isLevelEnabled('error') && logger.error(plain(fields), event),
    child: (component) => wrap(root.child({ component })),
  });
  return wrap(root);
}

function plain(fields: LogFields = {}): Record<string, string | number | boolean> {
  const result: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') result[name] = cut(value);
    else if (typeof value === 'number' || typeof value === 'boolean') result[name] = value;
  }
  return result;
}

function cut(text: string): string {
  const whole = text.length <= textCharsMax ? text : `${text.slice(0, textCharsMax)}…`;
  return whole.replace(keyLike, (key) => `${key.slice(0, keyCharsShown)}…`);
}
