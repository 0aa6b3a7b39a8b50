/**
 * `muster site card|pin|unpin|show`: two admins exchange cards, each pins the other's site, and
 * with that each may let channels cross. Nothing crosses by a pin alone.
 */
import { type CommandContext, ExitCode, inert, qrCodeLines } from '@muster/agent/cli';
import {
  type CrossingRule,
  decodeSiteCard,
  encodeSiteCard,
  equalBytes,
  MusterError,
  toBase64url,
  toHex,
} from '@muster/core';
import { findPin, withoutPin, withPin } from '../federation/edit-policy.ts';
import { ask } from './ask.ts';
import { crossingText } from './crossing-text.ts';
import { type PolicyAtHand, putInForce, readPolicy, withRoot } from './signed-policy.ts';

export async function card(
  context: CommandContext,
  options: { readonly relay?: readonly string[]; readonly name?: string },
): Promise<ExitCode> {
  const { terminal } = context;
  const at = await readPolicy(context);
  const relays = options.relay ?? (await ownRelays(context));
  const name = options.name ?? at.siteName;
  const text = await withRoot(context, async (root) =>
    encodeSiteCard(at.crypto, { siteKey: at.siteKey, name, relays }, root),
  );
  if (terminal.json) {
    terminal.value({ card: text, name, siteKey: toBase64url(at.siteKey), relays });
    return ExitCode.fine;
  }
  for (const line of await qrCodeLines(text, terminal.hasColour)) terminal.line(`  ${line}`);
  terminal.line();
  terminal.line(text);
  terminal.note(`\nThe card of ${inert(name)}, ${keyText(at.siteKey)}. It holds no secret.`);
  terminal.note('The other admin runs: muster site pin CARD. Compare the key by voice.');
  if (relays.length === 0) {
    terminal.note('It names no relay: give yours with --relay, or add one with muster uplink add.');
  }
  return ExitCode.fine;
}

export async function pin(
  context: CommandContext,
  text: string,
  options: { readonly as?: string },
): Promise<ExitCode> {
  const { terminal } = context;
  const at = await readPolicy(context);
  const read = decodeSiteCard(at.crypto, text.trim());
  if (!read.ok) throw cardError(read.reason);
  const given = read.value;
  const named = options.as === undefined ? given : { ...given, name: options.as };
  const policy = withPin(at.policy, named, at.crypto);
  const revision = await putInForce(context, { policy, what: `pin ${named.name}` });
  if (terminal.json) terminal.value({ pinned: named.name, revision });
  else {
    terminal.line(`Pinned ${inert(named.name)}, ${keyText(named.siteKey)}.`);
    terminal.note(`Let a channel cross: muster policy set CHANNEL publish --with ${named.name}`);
  }
  return ExitCode.fine;
}

export async function unpin(context: CommandContext, name: string): Promise<ExitCode> {
  const { terminal } = context;
  const at = await readPolicy(context);
  const gone = findPin(at.policy, name);
  const policy = withoutPin(at.policy, gone);
  const revision = await putInForce(context, { policy, what: `unpin ${gone.name}` });
  if (terminal.json) terminal.value({ unpinned: gone.name, revision });
  else terminal.line(`${inert(gone.name)} is unpinned: nothing of it is taken or shown any more.`);
  return ExitCode.fine;
}

export async function show(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const at = await readPolicy(context);
  const { policy, siteName, siteKey } = at;
  const pins = policy.pins.map(({ name, site, siteKey: key, relays }) => {
    const shares = policy.rules.filter(({ peers }) => peers.some((one) => equalBytes(one, site)));
    return { name, siteKey: toBase64url(key), relays, channels: shares.map(channelOf(at)) };
  });
  if (terminal.json) {
    const { revision } = policy;
    terminal.value({ site: siteName, siteKey: toBase64url(siteKey), revision, pins });
    return ExitCode.fine;
  }
  terminal.line(`${terminal.style('bold', inert(siteName))}, ${keyText(siteKey)}`);
  if (pins.length === 0) terminal.line('No site is pinned: everything stays here.');
  for (const [index, one] of pins.entries()) {
    const key = keyText(policy.pins[index]!.siteKey);
    terminal.line(`\n${terminal.style('bold', inert(one.name))}, ${key}`);
    for (const relay of one.relays) terminal.line(`  relay  ${inert(relay)}`);
    for (const { name, crossing } of one.channels) {
      terminal.line(`  ${`#${inert(name)}`.padEnd(24)} ${crossing}`);
    }
    if (one.channels.length === 0) terminal.line('  no channel crosses yet');
  }
  return ExitCode.fine;
}

function channelOf(at: PolicyAtHand) {
  return (rule: CrossingRule) => ({ name: channelName(at, rule), crossing: crossingText(rule) });
}

/** As people call it here: another site's channel carries that site's name. */
export function channelName({ policy, site }: PolicyAtHand, rule: CrossingRule): string {
  if (equalBytes(rule.home, site)) return rule.name;
  const home = policy.pins.find((pin) => equalBytes(pin.site, rule.home));
  return `${rule.name}@${home?.name ?? '?'}`;
}

/** The relays that this gateway uses now. */
async function ownRelays(context: CommandContext): Promise<string[]> {
  const { uplinks } = await ask<{ uplinks: readonly { kind: string; address: string }[] }>(
    context,
    'uplink.list',
  );
  return uplinks.filter(({ kind }) => kind === 'relay').map(({ address }) => address);
}

/** What people compare by voice: the first 8 bytes of the key. */
function keyText(siteKey: Uint8Array): string {
  return `key ${toHex(siteKey.subarray(0, 8)).replace(/(.{4})(?=.)/g, '$1 ')}`;
}

const cardErrors: Readonly<Record<string, readonly [message: string, mend: string]>> = {
  forged: ['The signature of this card is wrong', 'Get it again, straight from the other admin.'],
  'too-new': ['This card was made by a newer Muster', 'Update this one, then try again.'],
};

function cardError(reason: string): MusterError {
  const [message, mend] = cardErrors[reason] ?? [
    'This is no site card, or a letter of it is wrong',
    'Copy it whole: it begins with MUSTER-SITE, and ends where the other terminal ends it.',
  ];
  return new MusterError(`card-${reason}`, message, mend);
}
