/**
 * One end of the wire under test: `send ADDRESS PORT COUNT EVERY-MS` or `receive ADDRESS PORT`.
 * Numbered UDP datagrams with the time of their sending on the machine's one monotonic clock; the
 * receiver prints `[number, delayMs]` of each until it is ended.
 */
import { createSocket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';

const [mode, address = '', port = '', count = '0', everyMs = '1'] = process.argv.slice(2);
/** As much as the system allows: what the receiver is too late to take is lost to nobody's rule. */
const socket = createSocket({ type: 'udp4', recvBufferSize: 2 ** 22 });
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const bytes = 200;
/** Who was held up catches up by no more than this at once, or queues on the way would overflow. */
const behindMsMax = 5;

if (mode === 'receive') {
  socket.on('message', (message) => {
    const delayMs = nowMs() - message.readDoubleBE(8);
    process.stdout.write(`${JSON.stringify([message.readDoubleBE(0), delayMs])}\n`);
  });
  socket.bind(Number(port), address, () => process.stdout.write('[-1,0]\n'));
} else {
  await new Promise<void>((resolve) => socket.connect(Number(port), address, resolve));
  let dueMs = nowMs();
  for (let number = 0; number < Number(count); number++) {
    const message = Buffer.alloc(bytes);
    message.writeDoubleBE(number, 0);
    message.writeDoubleBE(nowMs(), 8);
    await new Promise((resolve) => socket.send(message, resolve));
    dueMs = Math.max(dueMs + Number(everyMs), nowMs() - behindMsMax);
    if (dueMs - nowMs() > 1) await delay(dueMs - nowMs());
  }
  socket.close();
}
