import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalBytes } from '@muster/core';
import { isHostNumber, parseAddress } from '../../src/transport-libp2p/addresses.ts';
import { nodeKeyFromText, peerIdText } from '../../src/transport-libp2p/peer-key.ts';
import { sortedKeys } from './two-nodes.ts';

const [key] = sortedKeys(1);
const peer = peerIdText(key!.publicKey);

test('a node key is a peer id and back', () => {
  assert.ok(peer.startsWith('12D3Koo'));
  assert.ok(equalBytes(nodeKeyFromText(peer)!, key!.publicKey));
  assert.equal(nodeKeyFromText('QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'), undefined);
  assert.equal(nodeKeyFromText('not a peer id'), undefined);
});

test('TCP and WebSocket addresses are taken, with or without the peer id', () => {
  for (const text of [
    '/ip4/192.168.1.7/tcp/7310',
    '/ip4/192.168.1.7/tcp/7310/ws',
    '/ip6/fd00::1/tcp/7310',
    '/dns4/relay.example.org/tcp/443/tls/ws',
  ]) {
    assert.deepEqual(parseAddress(text), { text, nodeKey: undefined });
    const named = parseAddress(`${text}/p2p/${peer}`);
    assert.equal(named?.text, text);
    assert.ok(equalBytes(named!.nodeKey!, key!.publicKey));
  }
});

test('anything else is not', () => {
  for (const text of [
    '',
    'hello',
    '/ip4/300.1.1.1/tcp/80',
    '/ip4/10.0.0.1/udp/7310',
    '/ip4/10.0.0.1/tcp/0',
    '/ip4/10.0.0.1/tcp/7310/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
    `/ip4/10.0.0.1/tcp/7310/p2p/${peer}/p2p-circuit`,
    '/unix/%2Ftmp%2Fsocket',
    `/dns4/${'a'.repeat(300)}/tcp/80`,
  ]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('names, everyone and nobody are no host numbers', () => {
  assert.ok(isHostNumber('/ip4/10.0.0.1/tcp/80'));
  assert.ok(isHostNumber('/ip6/fd00::1/tcp/80'));
  for (const text of [
    '/dns4/example.org/tcp/80',
    '/ip4/0.0.0.0/tcp/80',
    '/ip4/224.0.0.251/tcp/80',
    '/ip4/255.255.255.255/tcp/80',
    '/ip6/::/tcp/80',
    '/ip6/ff02::fb/tcp/80',
  ]) {
    assert.ok(!isHostNumber(text), text);
  }
});
