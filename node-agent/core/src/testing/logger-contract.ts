/**
 * What every Logger must do. The maker says how to read back what was written. Belongs to no step.
 */
import type { Logger } from '../ports/logger.ts';
import type { ContractTools } from './contract.ts';
import type { LogEntry, LogLevel } from './memory-logger.ts';

export interface LoggerUnderTest {
  readonly logger: Logger;
  /** Everything written so far, oldest first; fields as they came out. */
  written(): readonly LogEntry[];
}

export function loggerContract(
  name: string,
  make: (level: LogLevel) => LoggerUnderTest,
  tools: ContractTools,
): void {
  const { test, assert } = tools;

  test(`${name}: writes every level with its event and fields`, () => {
    const { logger, written } = make('debug');
    logger.debug('dialled', { peer: 'abcd', attempt: 2 });
    logger.info('linked', { initiator: true });
    logger.warn('slow');
    logger.error('broken', { code: 'io-error' });
    assert.deepEqual(written(), [
      { level: 'debug', component: '', event: 'dialled', fields: { peer: 'abcd', attempt: 2 } },
      { level: 'info', component: '', event: 'linked', fields: { initiator: true } },
      { level: 'warn', component: '', event: 'slow', fields: {} },
      { level: 'error', component: '', event: 'broken', fields: { code: 'io-error' } },
    ]);
  });

  test(`${name}: writes nothing below its level, in children too`, () => {
    const { logger, written } = make('warn');
    logger.info('too low');
    logger.child('store').debug('too low');
    logger.child('store').error('high enough');
    assert.deepEqual(
      written().map((entry) => entry.event),
      ['high enough'],
    );
  });

  test(`${name}: a child writes under one component's name`, () => {
    const { logger, written } = make('debug');
    const store = logger.child('store');
    store.info('opened');
    store.child('checkpoint').info('done');
    logger.info('started');
    assert.deepEqual(
      written().map((entry) => [entry.component, entry.event]),
      [
        ['store', 'opened'],
        ['checkpoint', 'done'],
        ['', 'started'],
      ],
    );
  });

  test(`${name}: a line break in a field cannot forge an entry`, () => {
    const { logger, written } = make('debug');
    logger.info('named', { name: 'a"}\n{"level":"error","event":"forged"}' });
    assert.equal(written().length, 1);
    assert.equal(written()[0]!.event, 'named');
  });
}
