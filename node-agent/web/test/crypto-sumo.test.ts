/** The browser's crypto gives the very same answers as every other back end, by one vector file. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type CryptoVectors, cryptoContract } from '@muster/core/testing';
import { loadCrypto } from '../src/platform/crypto-sumo.ts';

const path = new URL('../../../docs/protocol/vectors/crypto.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as CryptoVectors;

cryptoContract({ name: 'libsodium-sumo', make: loadCrypto, vectors }, { test, assert });
