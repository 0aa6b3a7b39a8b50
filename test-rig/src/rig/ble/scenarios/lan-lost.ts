/**
 * Two boxes with a LAN and Bluetooth: the cable is pulled, urgent messages go on by radio; it is
 * plugged in again, and they go by the LAN.
 */
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

/** Of issue 6, must show 5. */
const urgentMsMax = 10_000;
const waitMsMax = 40_000;

export async function lanLost(mesh: Mesh, report: Report): Promise<void> {
  await mesh.start('b', 'c');
  mesh.cable.set(true);
  const pluggedMs = Date.now();
  await mesh.linked('b', 'c', 'lan');
  report.figure('lanLinkedMs', Date.now() - pluggedMs);
  report.figure('lanUrgentMs', await mesh.carried('b', 'c', 'by the LAN', waitMsMax));
  report.say('the LAN is lost');
  mesh.cable.set(false);
  const byRadioMs = await mesh.carried('b', 'c', 'after the LAN', waitMsMax);
  report.figure('lanLostUrgentMs', byRadioMs);
  report.expect(byRadioMs <= urgentMsMax, `after the LAN: ${byRadioMs} ms, goal ${urgentMsMax}`);
  await mesh.linked('b', 'c', 'radio');
  report.figure('lanLostNextUrgentMs', await mesh.carried('b', 'c', 'by radio', waitMsMax));
  report.say('the LAN is back');
  mesh.cable.set(true);
  const backMs = Date.now();
  await mesh.linked('b', 'c', 'lan');
  report.figure('lanBackLinkedMs', Date.now() - backMs);
  report.figure('lanBackUrgentMs', await mesh.carried('b', 'c', 'by the LAN again', waitMsMax));
}
