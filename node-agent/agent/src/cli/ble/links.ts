/** `muster ble links`: the links over Bluetooth, as the running agent tells of them. */
import type { BleLinkView, BleStatusView } from '../../bluetooth/ble-views.ts';
import { bytesText, durationText } from '../amount.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { askBle } from './ask.ts';
import { carrierNames, strengthText } from './texts.ts';

export async function links(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const all = await askBle<readonly BleLinkView[]>(context, 'ble.links');
  if (terminal.json) {
    terminal.value({ links: all });
    return ExitCode.fine;
  }
  for (const link of all) {
    const name = inert(link.name) || (link.key === '' ? 'shaking hands' : link.key.slice(0, 12));
    terminal.line(`${terminal.style('bold', name.padEnd(18))} ${linkText(link)}`);
  }
  if (all.length === 0) {
    terminal.line('No link over Bluetooth.');
    const { bluetooth } = await askBle<BleStatusView>(context, 'ble.status');
    if (bluetooth.state === 'ready') {
      terminal.note(
        'Neighbours on the local network are linked there. Who is near: muster ble scan',
      );
    } else terminal.note(`${bluetooth.text}\n  ${bluetooth.mend}`);
  }
  return ExitCode.fine;
}

function linkText({ carrier, address, initiator, rttMs, rssiDbm, sinceMs, counts }: BleLinkView) {
  const parts = [
    `${carrierNames[carrier]} ${initiator ? 'to' : 'from'} ${inert(address)}`,
    `up ${durationText(sinceMs)}`,
    ...(rttMs === undefined ? [] : [`round trip ${Math.round(rttMs)} ms`]),
    ...(rssiDbm === undefined ? [] : [strengthText(rssiDbm)]),
    `${bytesText(counts.bytesSent)} sent, ${bytesText(counts.bytesReceived)} received`,
    ...(counts.resent > 0 ? [`${counts.resent} packets sent again`] : []),
  ];
  return parts.join(', ');
}
