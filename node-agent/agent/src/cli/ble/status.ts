/**
 * `muster ble status`: how Bluetooth is, by the running agent or, without one, by the system. Ends
 * with 1 where Bluetooth is wanted and does not work.
 */
import type { BluezAdapterSurvey, BluezSurvey } from '@muster/adapters/transport-ble/bluez';
import type { BleStatusView } from '../../bluetooth/ble-views.ts';
import type { BluetoothInfo } from '../../bluetooth/nearby-view.ts';
import { countText, durationText } from '../amount.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { askBleIfThere } from './ask.ts';
import { surveyOf } from './machine.ts';

type Row = readonly [label: string, text: string];

export async function status(context: CommandContext): Promise<ExitCode> {
  const told = await askBleIfThere<BleStatusView>(context, 'ble.status');
  if (told) return say(context, { info: told.bluetooth, value: told, rows: toldRows(told) });
  const survey = await surveyOf(context);
  const { kind: state, text, mend } = survey.state;
  const info = { state, text, mend };
  const code = say(context, { info, value: { bluetooth: info, survey }, rows: surveyRows(survey) });
  context.terminal.note('\nNo agent runs on this data folder: this is what the system says.');
  return code;
}

function say(
  { terminal }: CommandContext,
  shown: { readonly info: BluetoothInfo; readonly value: unknown; readonly rows: readonly Row[] },
): ExitCode {
  const { state, text, mend } = shown.info;
  const isWell = state === 'ready' || state === 'off';
  if (terminal.json) terminal.value(shown.value);
  else {
    terminal.line(terminal.style(isWell ? 'bold' : 'yellow', inert(text)));
    if (mend !== '') terminal.line(`  → ${inert(mend)}`);
    for (const [label, row] of shown.rows) {
      terminal.line(`  ${terminal.style('dim', label.padEnd(12))}${inert(row)}`);
    }
  }
  return isWell ? ExitCode.fine : ExitCode.failed;
}

function toldRows({ medium, helper }: BleStatusView): Row[] {
  if (!medium) return [];
  const { adapters, tagForMs, counts, strangers } = medium;
  const { dials, dialsFailed, linksAccepted, linksRefused, sightings } = counts;
  const rows: Row[] = adapters.map(({ name, isAdvertising, links, addressLifeMs }) => {
    const parts = [isAdvertising ? 'on air' : 'silent', countText(links, 'link')];
    if (addressLifeMs === undefined) parts.push('its address never changes');
    return ['Adapter', `${name}: ${parts.join(', ')}`];
  });
  if (tagForMs !== undefined) rows.push(['Tag', `the same for ${durationText(tagForMs)}`]);
  rows.push(
    ['Opened', `${countText(dials, 'link')}, ${dialsFailed} failed`],
    ['Accepted', `${countText(linksAccepted, 'link')}, ${linksRefused} refused`],
    ['Heard', `${countText(sightings, 'tag')}; ${countText(strangers, 'stranger')} lately`],
  );
  if (helper) rows.push(['Channels', channelsText(helper)]);
  return rows;
}

function channelsText({ text, restarts }: NonNullable<BleStatusView['helper']>): string {
  return restarts > 0 ? `${text} (${countText(restarts, 'restart')})` : text;
}

function surveyRows({ daemonVersion, adapters }: BluezSurvey): Row[] {
  return [
    ...(daemonVersion === undefined ? [] : [['BlueZ', daemonVersion] as const]),
    ...adapters.map((adapter): Row => ['Adapter', adapterText(adapter)]),
  ];
}

function adapterText({ name, address, isPowered, isBlocked, privacy }: BluezAdapterSurvey): string {
  const power = isBlocked ? 'blocked by rfkill' : isPowered ? 'on' : 'off';
  return `${name} ${address}, ${power}, privacy ${privacy}`;
}
