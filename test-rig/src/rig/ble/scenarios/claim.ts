/**
 * A blank box is claimed by Bluetooth: the admin types its code at b, with which it has no network
 * in common, and it becomes a node of the site with a link by radio.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

const execute = promisify(execFile);
/** As for claims by other ways (rig provision). */
const claimMsMax = 60_000;

export async function claim(mesh: Mesh, report: Report): Promise<void> {
  await mesh.stop('stranger');
  await mesh.start('b', 'd');
  const code = await codeOf(mesh);
  report.say('d is claimed at b');
  const beginMs = Date.now();
  const { node, agent } = mesh.plan;
  const words = ['node', 'claim', code, '--name', 'd', '--yes', '--json'];
  const data = ['--data', mesh.box('b').folder];
  await execute(node, [...agent, ...words, ...data], { timeout: claimMsMax });
  report.figure('claimMs', Date.now() - beginMs);
  await mesh.linked('b', 'd');
  const tookMs = Date.now() - beginMs;
  report.figure('claimLinkedMs', tookMs);
  report.expect(tookMs <= claimMsMax, `claimed and linked after ${tookMs} ms, goal ${claimMsMax}`);
}

/** What its page shows, which only those in its network can open. */
async function codeOf(mesh: Mesh): Promise<string> {
  const { url, settings } = mesh.box('d');
  const look = `fetch('${url}/api/v1/claim').then((answer) => answer.text()).then(console.log)`;
  const command = ['netns', 'exec', settings.namespace!, mesh.plan.node, '-e', look];
  const { stdout } = await execute('ip', command);
  return (JSON.parse(stdout) as { readonly code: string }).code;
}
