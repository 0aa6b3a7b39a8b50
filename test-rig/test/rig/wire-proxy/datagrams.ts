/**
 * One end of the wire under test: `send ADDRESS PORT COUNT EVERY-MS` or `receive ADDRESS PORT`.
 * Numbered UDP datagrams with the time of their sending on the machine's one monotonic clock; the
 * receiver prints `[number, delayMs]` of each until it is ended.
 */
import { createSocket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';

const [mode, address = '', port = '', count = '0', everyMs = '1'] = process.argv.slice(2);
const socket = createSocket('udp4');
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const bytes = 200;

if (mode === 'receive') {
  socket.on('message', (message) => {
    const delayMs = nowMs() - message.readDoubleBE(8);
    process.stdout.write(`${JSON.stringify([message.readDoubleBE(0), delayMs])}\n`);
  });
  socket.bind(Number(port), address, () => process.stdout.write('[-1,0]\n'));
} else {
  await new Promise<void>((resolve) => socket.connect(Number(port), address, resolve));
  const startedMs = nowMs();
  for (let number = 0; number < Number(count); number++) {
    const message = Buffer.alloc(bytes);
    message.writeDoubleBE(number, 0);
    message.writeDoubleBE(nowMs(), 8);
    await new Promise((resolve) => socket.send(message, resolve));
    const aheadMs = number * Number(everyMs) - (nowMs() - startedMs);
    if (aheadMs > 1) await delay(aheadMs);
  }
  socket.close();
}
