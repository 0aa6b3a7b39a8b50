/**
 * `muster ble scan`: who is near, by the running agent or, without one, by listening on its own.
 * Boxes of the site are named, carriers and blank boxes told, everybody else is a number.
 */
import type { Clock } from '@muster/core';
import { readSite } from '@muster/provisioning';
import type { BleScanView, HeardThing } from '../../bluetooth/ble-views.ts';
import { Listener } from '../../bluetooth/listener.ts';
import { countText } from '../amount.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { clientParts } from '../with-session.ts';
import { askBleIfThere } from './ask.ts';
import { machineBluetooth } from './machine.ts';
import { seenText, strengthText } from './texts.ts';

export interface ScanOptions {
  readonly seconds: number;
}

/** Where what was heard so far is asked of. */
interface Ear {
  look(): Promise<BleScanView>;
  stop(): Promise<void>;
}

export async function scan(context: CommandContext, options: ScanOptions): Promise<ExitCode> {
  const { terminal } = context;
  const { clock } = await clientParts();
  const ear = (await earOfAgent(context)) ?? (await ownEar(context));
  try {
    const found = await listen(context, { ear, clock, seconds: options.seconds });
    if (terminal.json) terminal.value(found);
    else say(context, found);
    return found.bluetooth.state === 'ready' ? ExitCode.fine : ExitCode.failed;
  } finally {
    await ear.stop();
  }
}

async function earOfAgent(context: CommandContext): Promise<Ear | undefined> {
  const look = () => askBleIfThere<BleScanView>(context, 'ble.scan');
  const first = await look();
  // It may be stopped while it is asked; then what it said last stands.
  return first && { look: async () => (await look()) ?? first, stop: async () => {} };
}

async function ownEar(context: CommandContext): Promise<Ear> {
  const [{ crypto, clock }, { host }] = await Promise.all([
    clientParts(),
    machineBluetooth(context),
  ]);
  const siteKey = readSite(context.folder.path)?.siteKey;
  const listener = new Listener({ host, crypto, clock, siteKey });
  await listener.start();
  const who = siteKey ? '' : ', and of no site: it knows blank boxes only';
  context.terminal.note(`No agent runs on this data folder: this command listens itself${who}.`);
  return { look: async () => listener.found, stop: () => listener.stop() };
}

/** The radio may need so long to come up; where there is none, nobody waits any longer. */
const settleSeconds = 2;

async function listen(
  { terminal, world }: CommandContext,
  how: { readonly ear: Ear; readonly clock: Clock; readonly seconds: number },
): Promise<BleScanView> {
  const { ear, clock, seconds } = how;
  for (let left = seconds; ; left--) {
    const found = await ear.look();
    const isDeaf = found.bluetooth.state !== 'ready' && seconds - left >= settleSeconds;
    const isOver = left === 0 || isDeaf;
    if (terminal.isSeen) world.err.write(isOver ? '\r\x1b[K' : progress(found, left));
    if (isOver) return found;
    await new Promise<void>((resolve) => clock.after(1_000, resolve));
  }
}

function progress({ heard }: BleScanView, left: number): string {
  return `\rListening for ${left} s more, ${heard.length} heard …\x1b[K`;
}

function say({ terminal }: CommandContext, { bluetooth, heard, strangers }: BleScanView): void {
  if (bluetooth.state !== 'ready') {
    terminal.line(inert(bluetooth.text));
    if (bluetooth.mend !== '') terminal.line(`  → ${inert(bluetooth.mend)}`);
    return;
  }
  for (const thing of heard.filter(isShown)) {
    const name = terminal.style('bold', nameOf(thing).padEnd(24));
    terminal.line(`${name} ${whereabouts(thing)}`);
  }
  if (!heard.some(isShown)) terminal.line('No box of the site is near, and none that waits.');
  if (strangers > 0) terminal.line(`${countText(strangers, 'device')} of others`);
}

/** A blank box says another tag every few minutes: those of before say nothing. */
function isShown({ kind, level }: HeardThing): boolean {
  return kind !== 'blank' || level !== 'gone';
}

function nameOf({ kind, name, id }: HeardThing): string {
  if (kind === 'blank') return 'ready to be claimed';
  if (kind === 'carrier') return `carrier ${id}`;
  return inert(name) || `box ${id}`;
}

function whereabouts({ level, seenMsAgo, rssiDbm, link }: HeardThing): string {
  const linked = link === undefined ? '' : `  linked${link === 'radio' ? ' by Bluetooth' : ''}`;
  const seen = seenText(seenMsAgo).padEnd(14);
  return `${level.padEnd(7)} ${seen} ${strengthText(rssiDbm).padStart(8)}${linked}`;
}
