import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPinoLogger, type PinoLoggerOptions } from '@muster/adapters/logger-pino';
import type { Logger } from '@muster/core';
import { loggerContract } from '@muster/core/testing';

function logInto(level: PinoLoggerOptions['level']): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = createPinoLogger({ level, destination: { write: (line) => lines.push(line) } });
  return { logger, lines };
}

loggerContract(
  'pino logger',
  (level) => {
    const { logger, lines } = logInto(level);
    const written = () =>
      lines.map((line) => {
        const { level, component = '', event, time, ...fields } = JSON.parse(line);
        assert.equal(typeof time, 'number');
        return { level, component, event, fields };
      });
    return { logger, written };
  },
  { test, assert },
);

test('no whole key and no long text gets through', () => {
  const { logger, lines } = logInto('info');
  const key = 'f'.repeat(64);
  const bytes = new Uint8Array(32) as unknown as string;
  logger.info('leaky', { key, inside: `wss://x/${key}/y`, text: 'word '.repeat(200), bytes });
  const { key: shown, inside, text, bytes: left } = JSON.parse(lines[0]!);
  assert.equal(shown, 'ffffffff…');
  assert.equal(inside, 'wss://x/ffffffff…/y');
  assert.equal(text.length, 501);
  assert.equal(left, undefined);
});

test('silent writes nothing', () => {
  const { logger, lines } = logInto('silent');
  logger.error('broken');
  assert.deepEqual(lines, []);
});
