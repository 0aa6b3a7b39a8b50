import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { openBus } from '../../../src/transport-ble/dbus/connect.ts';
import { dbusLimits } from '../../../src/transport-ble/dbus/limits.ts';
import { errorOf } from './fake-bus.ts';

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  'a bus that rejects us': ['REJECTED EXTERNAL DBUS_COOKIE_SHA1\r\n', 'refused'],
  'a bus that does not understand': ['ERROR "no"\r\n', 'refused'],
  'a bus that asks for more': ['DATA\r\n', 'malformed'],
  'a bus that speaks too early': ['OK 12\r\nl\u0002', 'malformed'],
  'a bus that speaks without end': ['x'.repeat(2_000), 'malformed'],
  'a bus that is none': ['HTTP/1.1 400 Bad Request\r\n\r\n', 'malformed'],
};

for (const [what, [text, code]] of Object.entries(refusals)) {
  test(`${what} is a typed error`, async () => {
    const { error, clock } = meet((stream) => stream.write(text));
    assert.equal((await error).code, code);
    assert.equal(clock.waiting, 0);
  });
}

test('a bus that says nothing is given up', async () => {
  const { error, clock } = meet(() => {});
  clock.advance(dbusLimits.handshakeMsMax);
  assert.equal((await error).code, 'timeout');
});

test('a bus that hangs up is no bus', async () => {
  const { error } = meet((stream) => stream.end());
  assert.equal((await error).code, 'closed');
});

/** A connection to what answers so, which must not open. */
function meet(answer: (stream: ReturnType<typeof duplexPair>[1]) => void) {
  const [end, stream] = duplexPair();
  stream.on('data', () => {});
  const clock = new FakeClock();
  const onClose = (): void => assert.fail('it never was open');
  const error = errorOf(openBus(end, 1000, { clock, logger: createMemoryLogger(), onClose }));
  answer(stream);
  return { error, clock };
}
