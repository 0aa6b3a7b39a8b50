import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemRandom } from '@muster/adapters/random-system';
import { randomContract } from '@muster/core/testing';

randomContract('system random', createSystemRandom, { test, assert });
