/** `muster channel`: the channels that a node shows, and how new ones are made. */
import {
  BundleKind,
  ChannelKind,
  channelKeyBytes,
  channelTag,
  decodeDescription,
  decodeFields,
  encodeDescription,
  encodeSealedNames,
  fromBase64url,
  MusterError,
  nameLimits,
  privateLabel,
  sealPayload,
  toBase64url,
  utf8,
} from '@muster/core';
import type { ListedChannel } from '../../channels/channel-list.ts';
import { getJson } from '../../client/get-json.ts';
import { sendBundle } from '../../client/send-message.ts';
import { agentUrl, type CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { codeOf, type FoundChannel, findChannel } from '../find-channel.ts';
import { sayOutcome } from '../say-outcome.ts';
import { inert } from '../terminal.ts';
import { type CliSession, withSession } from '../with-session.ts';

export interface CreateOptions {
  readonly kind: 'public' | 'private' | 'announcement';
  readonly topic: string;
  readonly writer: readonly string[];
}

const waitMsMax = 30_000;
const none = new Uint8Array(0);

export async function list(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const answer = await getJson(agentUrl(context), '/api/v1/channels');
  const { channels } = answer.json as { channels: readonly ListedChannel[] };
  if (terminal.json) {
    terminal.value({ channels });
    return ExitCode.fine;
  }
  for (const channel of channels) {
    const shown = `#${inert(channel.name)}`.padEnd(24);
    const rest = [inert(channel.topic), crossingText(channel)].filter((text) => text !== '');
    const kind = channel.kind.padEnd(12);
    terminal.line(`${terminal.style('bold', shown)} ${kind} ${rest.join(' · ')}`.trimEnd());
  }
  if (channels.length === 0) terminal.note('No channels. Make one: muster channel create NAME');
  return ExitCode.fine;
}

/** Which way it crosses, and where to; '' for a channel that does not. */
export function crossingText({ crosses, kind }: ListedChannel): string {
  if (!crosses) return '';
  const { publish, subscribe, sites } = crosses;
  if (kind === 'federated') return publish ? 'read and write' : 'read only';
  const way = publish ? (subscribe ? 'to and from' : 'to') : 'from';
  return `crosses ${way} ${sites.map(inert).join(', ')}`;
}

export async function show(context: CommandContext, given: string): Promise<ExitCode> {
  const { terminal } = context;
  return withSession(context, {}, async (opened) => {
    const channel = await findChannel(opened, given);
    const [newest] = await opened.session.page(channel.tag, 1);
    showChannel(context, channel, newest ? newest.arrivedUnixMs : undefined);
    if (!terminal.json && channel.kind === 'private') {
      terminal.note('Whoever has the code can read this channel; give it away with care.');
    }
    return ExitCode.fine;
  });
}

export async function create(
  context: CommandContext,
  name: string,
  options: CreateOptions,
): Promise<ExitCode> {
  requireName(name, options);
  return withSession(context, {}, async (opened) => {
    const { crypto, clock, device, session, site } = opened;
    const made = await describe(opened, name, options);
    const sending = { crypto, clock, device, session, site, waitMsMax };
    const { tag } = made.channel;
    const kind = BundleKind.channelDescription;
    const outcome = await sendBundle(sending, { kind, tag, payload: made.payload });
    if (outcome.state !== 'held') return sayOutcome(context.terminal, outcome);
    showChannel(context, made.channel, undefined);
    return context.terminal.json ? ExitCode.fine : sayOutcome(context.terminal, outcome);
  });
}

function requireName(name: string, { topic, kind, writer }: CreateOptions): void {
  const fits = name === inert(name) && name !== '' && utf8(name).length <= nameLimits.nameBytesMax;
  if (!fits || utf8(topic).length > nameLimits.topicBytesMax) {
    throw new MusterError(
      'channel-name',
      'This name or topic cannot be used',
      `A name takes up to ${nameLimits.nameBytesMax} bytes on one line, ` +
        `a topic ${nameLimits.topicBytesMax}.`,
    );
  }
  const wrongKey = writer.find((key) => fromBase64url(key)?.length !== 32);
  if (wrongKey !== undefined || (writer.length > 0 && kind !== 'announcement')) {
    throw new MusterError(
      'channel-writers',
      'Writers are device keys, 32 bytes in base64url, of an announcement channel',
      'Use --kind announcement, and keys as the app shows them.',
    );
  }
}

interface Made {
  readonly channel: FoundChannel;
  readonly payload: Uint8Array;
}

async function describe(opened: CliSession, name: string, options: CreateOptions): Promise<Made> {
  const { crypto, random, device, site } = opened;
  const { kind, topic, writer } = options;
  const creator = device.key.publicKey;
  const isPrivate = kind === 'private';
  const key = isPrivate ? random.bytes(channelKeyBytes) : none;
  const label = isPrivate ? privateLabel(crypto, key) : utf8(name);
  const tag = channelTag(crypto, { site, creator, label });
  const sealed = isPrivate
    ? sealPayload(crypto, random, {
        plain: encodeSealedNames({ name, topic }),
        place: { site, tag, author: creator, key },
      })
    : none;
  const payload = encodeDescription({
    kind: ChannelKind[kind],
    revision: await nextRevision(opened, tag),
    label,
    topic: isPrivate ? '' : topic,
    writers: writer.map((one) => fromBase64url(one)!),
    sealed,
  });
  return {
    payload,
    channel: { tag, name, kind, topic, creator, writers: writer, key, writable: true },
  };
}

/** One above the newest description that the node holds of this channel; 0 for a new one. */
async function nextRevision({ session }: CliSession, tag: Uint8Array): Promise<number> {
  let next = 0;
  for (const { signed } of await session.page(tag, 200)) {
    const fields = decodeFields(signed);
    if (!fields.ok || fields.value.kind !== BundleKind.channelDescription) continue;
    const description = decodeDescription(fields.value.payload);
    if (description) next = Math.max(next, description.revision + 1);
  }
  return next;
}

function showChannel(
  { terminal }: CommandContext,
  channel: FoundChannel,
  newestUnixMs: number | undefined,
): void {
  const { name, kind, topic, creator, tag, writers, writable } = channel;
  const code = codeOf(channel);
  if (terminal.json) {
    const keys = { tag: toBase64url(tag), creator: toBase64url(creator) };
    terminal.value({ name, kind, topic, ...keys, writers, writable, code });
    return;
  }
  const row = (label: string, text: string): void =>
    terminal.line(`  ${terminal.style('dim', label.padEnd(9))}${text}`);
  terminal.line(`${terminal.style('bold', `#${inert(name)}`)} (${kind})`);
  if (topic !== '') row('Topic', inert(topic));
  row('Creator', toBase64url(creator));
  for (const writer of writers) row('Writer', inert(writer));
  row('Tag', toBase64url(tag));
  if (code !== '') row('Code', code);
  if (newestUnixMs !== undefined) row('Newest', new Date(newestUnixMs).toISOString());
}
