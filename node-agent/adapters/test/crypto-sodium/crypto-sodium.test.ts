import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { cryptoContract } from '@muster/core/testing';

const vectorFile = new URL('../../../../docs/protocol/vectors/crypto.json', import.meta.url);

cryptoContract(
  {
    name: 'sodium',
    make: createSodiumCrypto,
    vectors: JSON.parse(readFileSync(vectorFile, 'utf8')),
  },
  { test, assert },
);
