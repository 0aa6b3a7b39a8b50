/** A folder for one test's database, with the ways to open, crash and fill it. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import {
  createSqlitePersistence,
  type SqlitePersistence,
  type SqlitePersistenceOptions,
} from '../../../../src/mqtt/persistence/index.ts';

export interface TestBroker {
  readonly id: string;
  readonly clients: Record<string, object>;
}

export class StoreFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'muster-mqtt-'));
  readonly logger = createMemoryLogger();
  clock = new FakeClock();
  broker: TestBroker = { id: 'first', clients: {} };
  path = join(this.folder, 'mqtt.db');
  readonly #opened: SqlitePersistence[] = [];

  make(options: Partial<SqlitePersistenceOptions> = {}): SqlitePersistence {
    const { path, clock, logger } = this;
    const made = createSqlitePersistence({ path, clock, logger, ...options });
    this.#opened.push(made);
    return made;
  }

  async open(options: Partial<SqlitePersistenceOptions> = {}): Promise<SqlitePersistence> {
    const made = this.make(options);
    await made.setup(this.broker);
    return made;
  }

  /** What a killed process leaves, at a path of its own: the next one to be opened. */
  crash(): void {
    const to = join(this.folder, `crashed-${this.#opened.length}.db`);
    for (const part of ['', '-wal']) {
      if (existsSync(this.path + part)) copyFileSync(this.path + part, to + part);
    }
    this.path = to;
    this.restart();
  }

  /** Another run of the node: another clock, another broker. */
  restart(): void {
    this.clock = new FakeClock();
    this.broker = { id: `run-${this.#opened.length}`, clients: {} };
  }

  logged(event: string): number {
    return this.logger.entries.filter((entry) => entry.event === event).length;
  }

  async remove(): Promise<void> {
    for (const opened of this.#opened) await opened.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
