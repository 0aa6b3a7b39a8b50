/** `muster send`: one message from a terminal or a script, step 1; ends when the node holds it. */
import {
  BundleKind,
  encodeMessage,
  MusterError,
  nameLimits,
  Role,
  roleLimits,
  Scope,
  sealOverheadBytes,
  sealPayload,
  utf8,
} from '@muster/core';
import { sendBundle } from '../../client/send-message.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { type FoundChannel, findChannel } from '../find-channel.ts';
import { sayOutcome } from '../say-outcome.ts';
import { inert } from '../terminal.ts';
import { withSession } from '../with-session.ts';

export interface SendOptions {
  readonly words: readonly string[];
  readonly as?: string;
  /** The message never crosses to another site. */
  readonly stayLocal?: boolean;
}

/**
 * How long a node that asks for patience is given, before the message is left for the next call.
 */
const waitMsMax = 30_000;
/** More is no message in any role. */
const inputBytesMax = 64 * 1024;

export async function send(
  context: CommandContext,
  given: string,
  options: SendOptions,
): Promise<ExitCode> {
  const text = options.words.length > 0 ? options.words.join(' ') : await readInput(context);
  if (text.trim() === '') {
    throw new MusterError(
      'message-empty',
      'There is nothing to send',
      'Give a text, or pipe one in.',
    );
  }
  const name = options.as;
  if (name !== undefined && utf8(name).length > nameLimits.nameBytesMax) {
    throw new MusterError('name-long', 'This name is too long', 'Use up to 64 bytes.');
  }
  return withSession(context, { name }, async (opened) => {
    const { crypto, clock, random, device, session, site, node } = opened;
    const channel = await findChannel(opened, given);
    requireWritable(channel);
    const plain = encodeMessage({ name: name ?? node.name, text });
    const { tag, key } = channel;
    const place = { site, tag, author: device.key.publicKey, key };
    const isPrivate = key.length > 0;
    const payload = isPrivate ? sealPayload(crypto, random, { plain, place }) : plain;
    const { role } = await session.welcome;
    requireLength(text, { role, bytes: payload.length, isPrivate });
    const sending = { crypto, clock, device, session, site, waitMsMax };
    const scope = options.stayLocal ? Scope.site : Scope.anywhere;
    const outcome = await sendBundle(sending, { kind: BundleKind.message, tag, payload, scope });
    return sayOutcome(context.terminal, outcome);
  });
}

function requireWritable({ name, writable }: FoundChannel): void {
  if (writable) return;
  throw new MusterError(
    'channel-read-only',
    `This site reads #${inert(name)} and does not write there`,
    'An admin changes this with: muster policy set.',
  );
}

async function readInput({ world, terminal }: CommandContext): Promise<string> {
  const input = world.input();
  if (input.isTTY) terminal.note('Type the message; end it with Ctrl-D.');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of input) {
    parts.push(Buffer.from(part));
    bytes += part.length;
    if (bytes > inputBytesMax) break;
  }
  return Buffer.concat(parts).toString('utf8').trimEnd();
}

/** Said here in words, before a number of the chain is spent on what would be refused. */
function requireLength(
  text: string,
  sent: { readonly role: string; readonly bytes: number; readonly isPrivate: boolean },
): void {
  const limits = roleLimits[Role[sent.role as keyof typeof Role] ?? Role.guest];
  if (sent.bytes <= limits.payloadBytesMax) return;
  const overhead = sent.bytes - utf8(text).length + (sent.isPrivate ? sealOverheadBytes : 0);
  throw new MusterError(
    'message-long',
    `The message is too long for a ${sent.role}`,
    `Keep it within ${limits.payloadBytesMax - overhead} bytes, or send it in parts.`,
  );
}
