/**
 * `muster tail`: the newest messages of a channel, then new ones as they come. Signatures are
 * checked here too. When the node goes away it waits for it, and shows what it missed.
 */
import {
  BundleKind,
  bytesKey,
  decodeBundle,
  decodeMessage,
  openPayload,
  toBase64url,
  verifyBundle,
} from '@muster/core';
import type { ShownBundle } from '../../client/node-session.ts';
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
    show.run = (items) => {
      for (const item of items) showOnce(context, { item, opened, channel, shown });
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
  readonly opened: CliSession;
  readonly channel: FoundChannel;
  readonly shown: Set<string>;
}

function showOnce({ terminal }: CommandContext, showing: Showing): void {
  const { item, opened, channel, shown } = showing;
  const decoded = decodeBundle(opened.crypto, item.signed, item.signature);
  if (!decoded.ok || decoded.value.fields.kind !== BundleKind.message) return;
  const { id, fields } = decoded.value;
  if (shown.has(bytesKey(id)) || !verifyBundle(opened.crypto, decoded.value)) return;
  const message = decodeMessage(plainOf(showing, fields) ?? new Uint8Array(0));
  if (!message) return;
  if (shown.size >= shownMax) shown.delete(shown.values().next().value!);
  shown.add(bytesKey(id));
  const writtenUnixMs = Math.min(fields.stamp.ms, item.arrivedUnixMs);
  if (terminal.json) {
    terminal.value({
      id: toBase64url(id),
      channel: channel.name,
      author: toBase64url(fields.author),
      name: message.name,
      role: item.role,
      text: message.text,
      writtenUnixMs,
      arrivedUnixMs: item.arrivedUnixMs,
      hops: item.hops,
      nodes: item.nodes,
    });
    return;
  }
  const time = new Date(writtenUnixMs).toTimeString().slice(0, 5);
  const role = item.role === 'guest' || item.role === 'user' ? '' : ` (${inert(item.role)})`;
  const name = terminal.style(
    'bold',
    inert(message.name) || toBase64url(fields.author).slice(0, 8),
  );
  terminal.line(`${terminal.style('dim', time)} ${name}${role}: ${inert(message.text)}`);
}

function plainOf(
  { opened, channel }: Showing,
  fields: { readonly author: Uint8Array; readonly payload: Uint8Array },
): Uint8Array | undefined {
  const { key, tag } = channel;
  if (key.length === 0) return fields.payload;
  const place = { site: opened.site, tag, author: fields.author, key };
  return openPayload(opened.crypto, fields.payload, place);
}
