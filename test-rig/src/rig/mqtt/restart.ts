/** What must outlive a restart of the broker: sessions, what waits in them, retained messages. */
import assert from 'node:assert/strict';
import { Tools } from './mosquitto-clients.ts';
import type { Target } from './target/target.ts';

const session = ['-c', '-i', 'over-restart', '-t', 'tools/restart', '-q', '1'];
const waiting = ['x', 'y', 'z'];

export async function beforeRestart(target: Target): Promise<void> {
  const tools = new Tools(target);
  await tools.publish('-t', 'tools/restart-retained', '-r', '-q', '1', '-m', 'kept');
  const first = await tools.subscriber(...session);
  first.interrupt();
  await first.ended;
  for (const text of waiting) {
    await tools.publish('-t', 'tools/restart', '-q', '1', '-m', text);
  }
}

export async function afterRestart(target: Target): Promise<string> {
  const tools = new Tools(target);
  const { lines } = await tools.subscribe(...session, '-C', '3', '-W', '4');
  assert.deepEqual(lines, waiting, 'what waited in a session');
  // The subscription itself is kept too: nothing is subscribed again below.
  await tools.publish('-t', 'tools/restart', '-q', '2', '-m', 'later');
  const again = await tools.subscribe(...session, '-C', '1', '-W', '4');
  assert.deepEqual(again.lines, ['later'], 'the subscription of a session');
  const kept = await tools.subscribe('-t', 'tools/restart-retained', '-C', '1', '-W', '4');
  assert.deepEqual(kept.lines, ['kept'], 'a retained message');
  return 'three waiting, the subscription, a retained message';
}
