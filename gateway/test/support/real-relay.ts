/** A relay on loopback with its control socket, as `muster run --role relay` runs one. */
import type { TestContext } from 'node:test';
import { ControlServer, controlSocketOf, realParts } from '@muster/agent';
import { createRelay, relayCommands } from '../../src/relay/index.ts';
import { readRelayKey } from '../../src/relay/relay-key.ts';
import { temporaryFolder } from './real-gateway.ts';

export async function startRelay(t: TestContext): Promise<{ readonly folder: string }> {
  const path = temporaryFolder(t);
  const parts = await realParts({ level: 'info', destination: { write: () => {} } });
  const { crypto, clock, random, logger } = parts;
  const relay = createRelay({
    ...{ crypto, clock, random, logger, folder: path },
    key: readRelayKey(path, crypto, random),
    listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
  });
  const commands = new Map(Object.entries(relayCommands(relay, crypto)));
  const control = new ControlServer({ path: controlSocketOf({ path }), clock, logger, commands });
  await relay.start();
  await control.start();
  t.after(async () => {
    await control.stop();
    await relay.stop();
  });
  return { folder: path };
}
