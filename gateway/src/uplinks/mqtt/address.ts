/**
 * The address of an upstream broker, as an admin writes it: `mqtts://broker.example:8883`. Step 6.
 * User and password never stand in it: addresses get into lists, logs and screenshots.
 */

import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { ok, type Result, refused } from '@muster/core';
import { createWebSocketStream, WebSocket } from 'ws';
import { uplinkLimits, upstreamLimits } from '../limits.ts';

export interface BrokerAddress {
  readonly scheme: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly host: string;
  readonly port: number;
  /** Of a WebSocket; `/` for none. */
  readonly path: string;
}

const ports = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const;

export function parseBrokerAddress(
  text: string,
): Result<BrokerAddress, 'malformed' | 'scheme' | 'credentials'> {
  const url = text.length <= uplinkLimits.addressLettersMax ? URL.parse(text) : null;
  if (!url || url.hostname === '' || url.hash !== '') return refused('malformed');
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'mqtt' && scheme !== 'mqtts' && scheme !== 'ws' && scheme !== 'wss') {
    return refused('scheme');
  }
  if (url.username !== '' || url.password !== '') return refused('credentials');
  const port = url.port === '' ? ports[scheme] : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return ok({ scheme, host, port, path: `${url.pathname || '/'}${url.search}` });
}

/** A stream to the broker; it may still be connecting, and ends with an error where that fails. */
export function openBrokerStream(
  { scheme, host, port, path }: BrokerAddress,
  options: { readonly ca?: string },
): Duplex {
  const { ca } = options;
  if (scheme === 'mqtt') return connectTcp({ host, port, noDelay: true });
  const trust = ca === undefined ? {} : { ca };
  if (scheme === 'mqtts') return connectTls({ host, port, ...serverNameOf(host), ...trust });
  const name = host.includes(':') ? `[${host}]` : host;
  const socket = new WebSocket(`${scheme}://${name}:${port}${path}`, ['mqtt'], {
    ...trust,
    maxPayload: upstreamLimits.packetBytesMax,
    perMessageDeflate: false,
  });
  return createWebSocketStream(socket);
}

/** The name that a server is asked to prove; RFC 6066 forbids addresses there. */
export function serverNameOf(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
