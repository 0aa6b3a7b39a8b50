/** https beside http: by whom it is trusted, the same door, and a certificate renewed meanwhile. */
import assert from 'node:assert/strict';
import { get, Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import {
  createSite,
  ensureServerCertificate,
  readAuthorityCertificate,
  readTls,
  writeSite,
} from '@muster/provisioning';
import { WebSocket } from 'ws';
import { anyFreePort } from '../src/cli/ports.ts';
import { configOf } from '../src/config/index.ts';
import { machineNamesOf } from '../src/http/machine-names.ts';
import { partsOf } from './support/blank.ts';
import { startAgent, temporaryFolder } from './support/real-agent.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly serial: string;
}

function ask(url: string, options: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { servername: 'localhost', ...options }, (response) => {
      let text = '';
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, text, headers, serial });
      });
    });
    request.on('error', reject);
  });
}

/** An agent in whose folder the site's authority lies, and a certificate already. */
async function secureAgent(t: TestContext) {
  const folder = temporaryFolder(t);
  const { crypto, random, clock } = await partsOf([]);
  const site = createSite(crypto, random, 'Camp');
  writeSite(folder, site, site.root);
  const { unixMs } = clock.wall();
  const issue = (hostNames: readonly string[] = []) => {
    const names = machineNamesOf({ nodeName: '', httpHostNames: hostNames }, 'box');
    const options = { crypto, random, siteName: 'Camp', unixMs, ...names };
    return ensureServerCertificate(folder, options);
  };
  await issue();
  const tlsPort = await anyFreePort('127.0.0.1');
  const agent = await startAgent(t, { folder, config: { httpTlsPort: tlsPort } });
  const ca = readAuthorityCertificate(folder)!;
  return { agent, folder, tlsPort, ca, issue };
}

test('whoever trusts the site’s authority has https, by the same rules as http', async (t) => {
  const { agent, tlsPort, ca } = await secureAgent(t);
  const url = `https://localhost:${tlsPort}`;
  const { status, text, headers } = await ask(`${url}/health`, { ca });
  assert.deepEqual([status, text], [200, '{"ok":true}']);
  assert.equal(headers['strict-transport-security'], undefined, 'http must go on');
  await assert.rejects(ask(`${url}/health`, {}), /self.signed|unable to (get|verify)/i);
  const byAddress = await ask(`https://127.0.0.1:${tlsPort}/health`, { ca, servername: '' });
  assert.equal(byAddress.status, 200);
  const foreign = await ask(`${url}/health`, { ca, headers: { host: 'evil.example' } });
  assert.equal(foreign.status, 421);
  const plainPort = await ask(`${url}/health`, { ca, headers: { host: agent.host } });
  assert.equal(plainPort.status, 421, 'the port of http is not that of https');
  const origin = { ca, headers: { origin: agent.url } };
  assert.equal((await ask(`${url}/health`, origin)).status, 403);
  const socket = new WebSocket(`${url.replace('https', 'wss')}/api/v1/socket`, 'muster.v1', {
    ...{ ca, origin: url },
  });
  await new Promise((resolve, reject) => socket.on('message', resolve).on('error', reject));
  socket.terminate();
});

test('http says where https is and gives the authority in both forms', async (t) => {
  const { agent, tlsPort, ca } = await secureAgent(t);
  const trust = await (await fetch(`${agent.url}/api/v1/trust`)).json();
  const { https, fingerprint, certificate, instructions } = trust as Record<string, string>;
  assert.equal(https, `https://127.0.0.1:${tlsPort}`);
  assert.match(fingerprint!, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.ok(instructions!.length >= 6);
  const pem = await fetch(`${agent.url}/site-ca.pem`);
  assert.equal(await pem.text(), ca);
  const der = await fetch(`${agent.url}${certificate}`);
  assert.equal(der.headers.get('content-type'), 'application/x-x509-ca-cert');
  const body = ca.replace(/-----[A-Z ]+-----|\s/g, '');
  assert.equal(Buffer.from(await der.arrayBuffer()).toString('base64'), body);
});

test('without an authority http goes on alone, and says so', async (t) => {
  const home = await startAgent(t);
  const agent = await startAgent(t, { siteOf: home });
  const trust = (await (await fetch(`${agent.url}/api/v1/trust`)).json()) as object;
  assert.deepEqual(Object.keys(trust), ['instructions']);
  assert.equal((await fetch(`${agent.url}/site-ca.crt`)).status, 404);
});

test('a renewed certificate is shown to new connections; those that stand go on', async (t) => {
  const { folder, ca, issue } = await secureAgent(t);
  const parts = await partsOf([]);
  const { HttpServer } = await import('../src/http/server.ts');
  const { HttpsCare } = await import('../src/http/https-care.ts');
  const { WebFiles } = await import('../src/http/web-files.ts');
  const { apiErrors } = await import('../src/http/answer.ts');
  const { clock, crypto, random, logger } = parts;
  const http = new HttpServer({
    ...{ clock, logger, host: '127.0.0.1', port: 0, tlsPort: await anyFreePort('127.0.0.1') },
    ...{ routes: [], web: new WebFiles(join(folder, 'none')) },
    hostRules: { names: ['localhost'], hostNames: [], isOwnAddress: () => true },
    onUpgrade: () => apiErrors.upgradeUnknown,
  });
  await http.start();
  t.after(() => http.stop());
  const care = new HttpsCare({
    ...{ clock, crypto, random, logger, http, folder, siteName: 'Camp', isWanted: true },
    names: () => machineNamesOf(configOf(), 'box'),
  });
  await care.start();
  t.after(() => care.stop());
  const url = `https://localhost:${http.tlsPort}/`;
  const kept = new HttpsAgent({ keepAlive: true, maxSockets: 1 });
  t.after(() => kept.destroy());
  const first = await ask(url, { ca, agent: kept });
  await issue(['other.local']);
  await care.renewed();
  const [still, fresh] = [await ask(url, { ca, agent: kept }), await ask(url, { ca })];
  assert.equal(still.serial, first.serial);
  assert.notEqual(fresh.serial, first.serial);
  assert.equal(fresh.status, 200);
  assert.ok(readTls(folder));
});
