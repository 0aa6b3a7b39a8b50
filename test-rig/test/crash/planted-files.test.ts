/** The crash states find what is named, or read, before it is on the disk. */
import { testPlanted } from './support/find-planted.ts';

testPlanted({
  'rename-without-sync': 'files',
  'folder-without-sync': 'node',
  'killed-and-not-synced': 'node',
});
