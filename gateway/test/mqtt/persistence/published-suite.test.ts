/** The suite that aedes-persistence publishes for every persistence, whole; each case is listed. */
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { StoreFolder } from './support/store-folder.ts';

interface SuiteOptions {
  readonly test: typeof test;
  readonly persistence: () => unknown;
  readonly testAsync: boolean;
}

const suite = createRequire(import.meta.url)('aedes-persistence/abstract.js') as (
  options: SuiteOptions,
) => void;

const folders: StoreFolder[] = [];
after(() => Promise.all(folders.map((folder) => folder.remove())));

suite({
  test,
  persistence: () => {
    const folder = new StoreFolder();
    folders.push(folder);
    return folder.make();
  },
  testAsync: true,
});
