/**
 * Writes into a store until it is killed: row and first byte of the id of each bundle go to
 * standard output, in one write, once they are durable. Arguments: path, first row, seed.
 */
import { writeSync } from 'node:fs';
import { createMemoryLogger, intBelow, StoreSamples } from '@muster/core/testing';
import { openSqliteStore } from '../../../src/store-sqlite/index.ts';

const [path, firstRow, seed] = process.argv.slice(2);
const { store } = openSqliteStore({ path: path!, logger: createMemoryLogger(), groupWindowMs: 1 });
const samples = new StoreSamples({ seed: Number(seed) });
let row = Number(firstRow);

function writeOne(): void {
  const put = Array.from({ length: 1 + intBelow(samples.random, 12) }, () =>
    samples.bundle({ row: row++ }),
  );
  // Some content goes again, as in life: only rows that nobody will look for.
  const evict = row % 3 === 0 ? [row - (row % 50) - 500] : [];
  store.commit({ put, evict, values: [['row', Uint8Array.of(row & 255)]] }, ({ ok }) => {
    if (ok) writeSync(1, put.map(({ row: at, id }) => `${at} ${id[0]}\n`).join(''));
    writeOne();
  });
}

for (let i = 0; i < 20; i++) writeOne();
