/**
 * `muster tail`: the newest messages of a channel, then new ones as they come. Signatures and roles
 * are checked here too. When the node goes away it waits for it, and shows what it missed.
 */
import { bytesKey, checkSitePolicy, Role, Scope, type SitePolicy, toBase64url } from '@muster/core';
import type { ShownBundle } from '../../client/node-session.ts';
import { type OpenedMessage, openMessage, type Reading } from '../../client/open-message.ts';
import { roleName } from '../../socket/wire-form.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { type FoundChannel, findChannel } from '../find-channel.ts';
import { inert } from '../terminal.ts';
import { type CliSession, clientParts, openReader } from '../with-session.ts';

export interface TailOptions {
  readonly lines: number;
  readonly follow: boolean;
}

/** Ids remembered, so that nothing is shown twice after a break; then the oldest is forgotten. */
const shownMax = 4_096;
/** Messages asked for after a break. */
const missedMax = 200;
const retryMs = 2_000;

export async function tail(
  context: CommandContext,
  given: string,
  options: TailOptions,
): Promise<ExitCode> {
  const parts = await clientParts();
  const shown = new Set<string>();
  let count = options.lines;
  for (;;) {
    const show: { run: (items: readonly ShownBundle[]) => void } = { run: () => {} };
    const onBundles = (items: readonly ShownBundle[]): void => show.run(items);
    const opened = await openAgain(context, onBundles, { isFirst: shown.size === 0, parts });
    const channel = await findChannel(opened, given);
    const reading = { ...opened, policy: await verifiedPolicy(opened), ...channel };
    show.run = (items) => {
      for (const item of items) showOnce(context, { item, reading, channel, shown });
    };
    if (options.follow) opened.session.follow(channel.tag);
    const newest = count > 0 ? await opened.session.page(channel.tag, count) : [];
    show.run([...newest].reverse());
    if (!options.follow) {
      opened.session.close();
      return ExitCode.fine;
    }
    const why = await Promise.race([opened.session.closed, context.world.outputGone]);
    if (why === undefined) {
      opened.session.close();
      return ExitCode.fine;
    }
    context.terminal.note('The node is gone; waiting for it …');
    count = missedMax;
  }
}

/** The site's policy on other sites, when the node shows one that the site's root key signed. */
async function verifiedPolicy(opened: CliSession): Promise<SitePolicy | undefined> {
  const { policy } = await opened.session.listing;
  const checked = checkSitePolicy({ ...opened, epoch: 0 }, policy);
  return checked.ok ? checked.value : undefined;
}

/** The first time an absent agent is an error; later it is waited for. */
async function openAgain(
  context: CommandContext,
  onBundles: (items: readonly ShownBundle[]) => void,
  how: { isFirst: boolean; parts: Awaited<ReturnType<typeof clientParts>> },
): Promise<CliSession> {
  for (;;) {
    try {
      return await openReader(context, { onBundles }, how.parts);
    } catch (error) {
      if (how.isFirst) throw error;
      await new Promise<void>((resolve) => how.parts.clock.after(retryMs, resolve));
    }
  }
}

interface Showing {
  readonly item: ShownBundle;
  readonly reading: Reading;
  readonly channel: FoundChannel;
  readonly shown: Set<string>;
}

function showOnce({ terminal }: CommandContext, showing: Showing): void {
  const { item, reading, channel, shown } = showing;
  const opened = openMessage(reading, item);
  if (!opened || shown.has(bytesKey(opened.id))) return;
  if (shown.size >= shownMax) shown.delete(shown.values().next().value!);
  shown.add(bytesKey(opened.id));
  const { id, fields, name, text, from, role, via } = opened;
  const writtenUnixMs = Math.min(fields.stamp.ms, item.arrivedUnixMs);
  if (terminal.json) {
    terminal.value({
      id: toBase64url(id),
      channel: channel.name,
      author: toBase64url(fields.author),
      name,
      ...(from ? { site: { name: from.name, key: toBase64url(from.siteKey) } } : {}),
      role: roleName(role),
      ...(via ? { via: { kind: 'mqtt', ...via } } : {}),
      ...(fields.scope === Scope.site ? { staysHere: true } : {}),
      text,
      writtenUnixMs,
      arrivedUnixMs: item.arrivedUnixMs,
      hops: item.hops,
      nodes: item.nodes,
    });
    return;
  }
  const time = terminal.style('dim', new Date(writtenUnixMs).toTimeString().slice(0, 5));
  const [who, beside] = authorText(opened);
  terminal.line(`${time} ${terminal.style('bold', who)}${beside}: ${inert(text)}`);
}

/** Who wrote it, and in brackets what is proven of them. Only this line sets `@` and brackets. */
export function authorText(opened: Omit<OpenedMessage, 'id' | 'text'>): [string, string] {
  const { fields, name, from, role, via } = opened;
  const claimed = plainName(name) || plainName(via?.client ?? '');
  const known = claimed || toBase64url(fields.author).slice(0, 8);
  const who = from ? `${known}@${plainName(from.name)}` : known;
  if (!via) return [who, role >= Role.staff ? ` (${roleName(role)})` : ''];
  const client = plainName(via.client);
  const device = client === claimed ? 'MQTT' : `MQTT ${client}`;
  return [who, ` (${device}, via ${plainName(via.node) || 'a node'})`];
}

function plainName(name: string): string {
  return inert(name).replace(/[@()]/g, '_');
}
