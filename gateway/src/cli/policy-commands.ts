/**
 * `muster policy list|set`: how each channel crosses to pinned sites. What is not in the list stays
 * local. Another site's channel is named as readers see it: news@harbour.
 */
import {
  agentUrl,
  type CommandContext,
  countText,
  ExitCode,
  getJson,
  inert,
} from '@muster/agent/cli';
import {
  Crossing,
  type CrossingRule,
  equalBytes,
  fromBase64url,
  MusterError,
  siteChannelTag,
} from '@muster/core';
import { findPin, withRule } from '../federation/edit-policy.ts';
import { type CrossingWord, crossingOf, crossingText } from './crossing-text.ts';
import { type PolicyAtHand, putInForce, readPolicy } from './signed-policy.ts';
import { channelName } from './site-commands.ts';

export interface SetOptions {
  readonly with?: readonly string[];
  readonly bundlesPerMinute?: number;
  readonly bytesPerMinute?: number;
}

export async function list(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const at = await readPolicy(context);
  const rules = at.policy.rules.map((rule) => ({
    channel: channelName(at, rule),
    crossing: crossingText(rule),
    with: rule.peers.map((peer) => peerName(at, peer)),
    bundlesPerMinute: rule.bundlesPerMinute,
    bytesPerMinute: rule.bytesPerMinute,
  }));
  if (terminal.json) {
    terminal.value({ revision: at.policy.revision, rules });
    return ExitCode.fine;
  }
  if (rules.length === 0) terminal.line('Every channel stays local.');
  for (const rule of rules) {
    const peers = rule.with.map(inert).join(', ');
    terminal.line(`${`#${inert(rule.channel)}`.padEnd(24)} ${rule.crossing.padEnd(10)} ${peers}`);
    const budget = budgetText(rule);
    if (budget !== '') terminal.line(`${''.padEnd(25)}${budget}`);
  }
  return ExitCode.fine;
}

export async function set(
  context: CommandContext,
  channel: string,
  word: CrossingWord,
  options: SetOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const at = await readPolicy(context);
  const place = await findPlace(context, at, channel);
  const known = at.policy.rules.find(({ tag }) => equalBytes(tag, place.tag));
  const rule: CrossingRule = {
    ...place,
    crossing: crossingOf(word),
    peers: peersOf(at, place, { known, names: options.with ?? [], word }),
    bundlesPerMinute: options.bundlesPerMinute ?? known?.bundlesPerMinute ?? 0,
    bytesPerMinute: options.bytesPerMinute ?? known?.bytesPerMinute ?? 0,
  };
  const what = `#${channel} ${word}`;
  const revision = await putInForce(context, { policy: withRule(at.policy, rule), what });
  const peers = rule.peers.map((peer) => peerName(at, peer));
  if (terminal.json) terminal.value({ channel, crossing: word, with: peers, revision });
  else if (rule.crossing === Crossing.none) terminal.line(`#${inert(channel)} stays local now.`);
  else {
    terminal.line(`#${inert(channel)}: ${word}, with ${peers.map(inert).join(', ')}.`);
    if (equalBytes(place.home, at.site)) {
      const theirs = JSON.stringify(`${channel}@${at.siteName}`);
      terminal.note(`There its admin runs: muster policy set ${theirs} ${mirrored[word]}`);
      terminal.note('(after @ stands what they call this site)');
    }
  }
  return ExitCode.fine;
}

/** What the other site sets, for a channel to cross as this one sets it. */
const mirrored: Readonly<Record<CrossingWord, CrossingWord>> = {
  local: 'local',
  publish: 'subscribe',
  subscribe: 'publish',
  both: 'both',
};

type Place = Pick<CrossingRule, 'tag' | 'name' | 'home'>;

/** An own channel that the agent lists, or a channel that another site itself made. */
async function findPlace(
  context: CommandContext,
  at: PolicyAtHand,
  channel: string,
): Promise<Place> {
  const cut = channel.lastIndexOf('@');
  if (cut > 0) {
    const pin = findPin(at.policy, channel.slice(cut + 1));
    const name = channel.slice(0, cut);
    const tag = siteChannelTag(at.crypto, pin.siteKey, name);
    return { tag, name, home: pin.site };
  }
  const answer = await getJson(agentUrl(context), '/api/v1/channels');
  const { channels } = answer.json as { channels: readonly { name: string; tag: string }[] };
  const found = channels.find(({ name }) => name === channel);
  const tag = found && fromBase64url(found.tag);
  if (found && tag) return { tag, name: found.name, home: at.site };
  const known = channels.map(({ name }) => `#${inert(name)}`).join(', ');
  throw new MusterError(
    'channel-unknown',
    `This site has no public channel ${JSON.stringify(channel)}`,
    `It has: ${known}. Another site's channel is written name@site.`,
  );
}

/** With whom: as given, else as it was, else the home of another site's channel. */
function peersOf(
  at: PolicyAtHand,
  place: Place,
  given: {
    readonly known: CrossingRule | undefined;
    readonly names: readonly string[];
    readonly word: CrossingWord;
  },
): readonly Uint8Array[] {
  const { known, names, word } = given;
  if (names.length > 0) {
    return names.map((name) => findPin(at.policy, name).site);
  }
  if (known) return known.peers;
  if (!equalBytes(place.home, at.site)) return [place.home];
  if (word === 'local') return [];
  const mend = 'Name the pinned sites: --with harbour';
  throw new MusterError('policy-without-site', 'With which sites is it to be shared?', mend);
}

function peerName({ policy }: PolicyAtHand, peer: Uint8Array): string {
  return policy.pins.find(({ site }) => equalBytes(site, peer))?.name ?? '?';
}

function budgetText(rule: { bundlesPerMinute: number; bytesPerMinute: number }): string {
  const parts: string[] = [];
  if (rule.bundlesPerMinute > 0) parts.push(countText(rule.bundlesPerMinute, 'bundle'));
  if (rule.bytesPerMinute > 0) parts.push(countText(rule.bytesPerMinute, 'byte'));
  return parts.length === 0 ? '' : `at most ${parts.join(' and ')} a minute`;
}
