/** Three boxes in a line, whose ends do not hear each other: the one in the middle carries on. */
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

const carriedMsMax = 30_000;

export async function line(mesh: Mesh, report: Report): Promise<void> {
  await mesh.start('a', 'b', 'c');
  await mesh.linked('b', 'c');
  await mesh.linked('a', 'b');
  report.say('a, b and c in a line');
  report.figure('lineUrgentMs', await mesh.carried('a', 'c', 'from a to c', carriedMsMax));
  const links = (await mesh.box('a').links()).map(({ name }) => name);
  report.expect(
    links.join() === 'b',
    `a has links with ${links.join() || 'nobody'}, not with b only`,
  );
}
