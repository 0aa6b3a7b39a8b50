import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeContract } from '@muster/core/testing';
import { Disk, settled } from './support/disk.ts';

async function make() {
  const disk = new Disk();
  let { store } = disk.open();
  return {
    get store() {
      return store;
    },
    settle: async () => {
      await settled(store);
    },
    async reopen() {
      await store.close();
      store = disk.open().store;
    },
    async crash() {
      disk.crash();
      store = disk.open().store;
    },
    async fill(full: boolean) {
      await store.close();
      store = disk.open(full ? { diskBytesMax: disk.bytes } : {}).store;
    },
    stop: () => disk.remove(),
  };
}

storeContract({ name: 'SQLite store', make }, { test, assert });
