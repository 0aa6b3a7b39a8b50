/**
 * Two boxes on an air of their own while a sniffer keeps all that goes out there, through several
 * changes of their addresses: nobody can be followed from one to the next by what they send, and
 * links outlive them. Goes on beside the other scenarios, with what happens to Bluetooth there.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createSystemRandom } from '@muster/adapters/random-system';
import { until } from '../../report.ts';
import { Air } from '../inside/air.ts';
import { airs } from '../inside/airs.ts';
import { troublesFile } from '../inside/bluetooth.ts';
import { type BlePlan, type Report, resultsFolder } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';
import { type Finding, judge, type Span, spans } from '../sniff/judge.ts';
import { leaks } from '../sniff/leaks.ts';
import { type Said, saidBy } from '../sniff/said.ts';
import { readTrace, type TracePacket } from '../sniff/trace.ts';
import { RadioBox } from '../wire/radio-box.ts';

const { adapters, number: air } = airs.privacy;
/** The shortest that the kernel takes; then a time is a rotation and not an afternoon. */
const lifeS = 30;
/** A busy machine falls silent later, and the address stays until then. */
const lateMsMax = 5_000;
/** As boxes have them otherwise: none lapses while the rig runs. */
const lastingLifeMs = 900_000;
const changesWanted = 3;
/** From the end of one bluetoothd until the next has taken back what it left on air. */
const backMsMax = 10_000;
const patience = { waitMsMax: 200_000, everyMs: 2_000 };
/** By then whoever has a link has said something on it after the last change. */
const settleMs = 3_000;

export async function privacy(_: BlePlan, report: Report): Promise<void> {
  for (const adapter of adapters) {
    writeFileSync(`/sys/kernel/debug/bluetooth/${adapter}/rpa_timeout`, `${lifeS}\n`);
  }
  const siteKey = createSystemRandom().bytes(32);
  const boxes = adapters.map((adapter) => new RadioBox(adapter, siteKey));
  for (const box of boxes) await box.start();
  const changed = async (): Promise<boolean> => {
    const changes = changesOf(spans(saidBy(traceOf(air))));
    return adapters.every((_name, controller) => {
      return changes.filter((one) => one.controller === controller).length >= changesWanted;
    });
  };
  await until(`both boxes change their address ${changesWanted} times`, changed, patience);
  await delay(settleMs);
  for (const box of boxes) await box.stop();
  const all = traceOf(air);
  const said = saidBy(all);
  const lifeMsMax = lifeS * 1_000 + lateMsMax;
  for (const finding of judge(said, lifeMsMax)) {
    if (!isKernels(finding)) tellFinding(finding, report);
  }
  for (const [name, { fault, plant }] of Object.entries(leaks)) {
    const found = judge(saidBy(plant(all)), lifeMsMax);
    const isNoticed = found.some((finding) => finding.fault === fault);
    report.expect(isNoticed, `the sniffer does not notice ${name}`);
  }
  tellFigures(said, boxes, report);
}

/**
 * What boxes a and b, whose addresses last, have sent so far, through all that happened to their
 * Bluetooth: none was known again after it.
 */
export async function unfollowed(_: Mesh, report: Report): Promise<void> {
  const said = saidBy(traceOf(airs.near.number));
  report.figure('unfollowedUses', said.length);
  report.expect(said.length > 0, 'the sniffer heard nothing of a and b');
  for (const finding of judge(said, lastingLifeMs)) {
    if (!isKernels(finding)) tellFinding(finding, report);
  }
}

function tellFinding({ fault, text }: Finding, report: Report): void {
  report.expect(false, `a sniffer finds: ${fault}: ${text}`);
}

/**
 * Without bluetoothd, and when an adapter comes on, the kernel says the last tag by itself, from
 * whatever address it has. What we say after that must have another one.
 */
function isKernels({ fault, atMs }: Finding): boolean {
  if (fault !== 'tag-goes-on' || !existsSync(troublesFile)) return false;
  const troubles = readFileSync(troublesFile, 'utf8').split('\n').slice(0, -1).map(Number);
  return troubles.some((troubleMs) => atMs >= troubleMs && atMs < troubleMs + backMsMax);
}

/** Kept with the logs. */
function traceOf(number: number): readonly TracePacket[] {
  const text = readFileSync(Air.traceFile(number), 'utf8');
  writeFileSync(`${resultsFolder}/air-${number}.trace`, text);
  return readTrace(text);
}

/** Tags that followed another one at the same box. */
function changesOf(tags: readonly Span[]): readonly Span[] {
  return tags.filter(({ controller, fromMs }) =>
    tags.some((one) => one.controller === controller && one.fromMs < fromMs),
  );
}

function tellFigures(said: readonly Said[], boxes: readonly RadioBox[], report: Report): void {
  const tags = spans(said);
  const changes = changesOf(tags);
  const lengths = tags.map(({ fromMs, toMs }) => toMs - fromMs);
  report.figure('privacyAddresses', tags.length);
  report.figure('privacyLongestMs', Math.max(...lengths));
  report.figure('privacyUses', said.length);
  const heard = boxes.flatMap((box) => box.heard);
  adapters.forEach((adapter, controller) => {
    const outlived = changes.filter(
      (change) =>
        change.controller === controller &&
        heard.some(({ fromMs, toMs }) => fromMs < change.fromMs && change.fromMs < toMs),
    );
    report.figure(`privacyOutlivedBy${adapter}`, outlived.length);
    report.expect(outlived.length > 0, `no link outlived a change of address at ${adapter}`);
  });
}
