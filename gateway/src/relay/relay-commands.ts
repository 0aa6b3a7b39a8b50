/**
 * `relay.admit`, `relay.list` and `relay.remove` of a relay's control socket: which sites it keeps
 * bundles for. Parameters are read strictly; each fault says what to give instead. Step 6 of a
 * message's way.
 */
import type { ControlCommand } from '@muster/agent';
import { type Crypto, decodeSiteCard, equalBytes, MusterError, toBase64url } from '@muster/core';
import type { Relay, RelaySiteStatus } from './relay.ts';

type Params = Readonly<Record<string, unknown>>;

export function relayCommands(
  relay: Relay,
  crypto: Crypto,
): Readonly<Record<string, ControlCommand>> {
  return {
    'relay.admit': (params) => admit(relay, crypto, params),
    'relay.list': async (params) => {
      onlyMembers(params, []);
      return { sites: admitted(relay).map(infoOf), addresses: relay.addresses() };
    },
    'relay.remove': (params) => remove(relay, params),
  };
}

async function admit(relay: Relay, crypto: Crypto, params: Params) {
  onlyMembers(params, ['card', 'contentBytesMax']);
  const { card: text, contentBytesMax } = params;
  const card = typeof text === 'string' ? decodeSiteCard(crypto, text) : undefined;
  if (!card?.ok) {
    const damaged = card?.reason === 'forged' ? 'The signature of this card is wrong' : undefined;
    throw new MusterError(
      'card-invalid',
      damaged ?? 'This is no site card',
      'Give the whole card, as its admin sees it with: muster site card',
    );
  }
  if (contentBytesMax !== undefined && typeof contentBytesMax !== 'number') {
    throw wrongParameter('contentBytesMax is no number', 'Give a quota in bytes.');
  }
  const { siteKey, name } = card.value;
  const quota = contentBytesMax === undefined ? {} : { bytesMax: contentBytesMax };
  await relay.admit({ siteKey, name, ...quota });
  return infoOf(admitted(relay).find((site) => equalBytes(site.siteKey, siteKey))!);
}

/** By name, or by key where two have the same name. */
async function remove(relay: Relay, params: Params) {
  onlyMembers(params, ['site']);
  const { site: wanted } = params;
  const found = admitted(relay).filter(
    ({ name, siteKey }) => wanted === name || wanted === toBase64url(siteKey),
  );
  const [site] = found;
  if (!site || found.length > 1) {
    throw new MusterError(
      'site-unknown',
      site ? `${found.length} sites have this name` : 'No such site is admitted',
      'See muster relay list --json, and give the name, or the siteKey of the one you mean.',
    );
  }
  await relay.remove(site.siteKey);
  return { name: site.name };
}

function admitted(relay: Relay): readonly RelaySiteStatus[] {
  return relay.status().sites.filter((site) => site.admitted);
}

function infoOf(site: RelaySiteStatus) {
  return {
    name: site.name,
    siteKey: toBase64url(site.siteKey),
    contentBytes: site.bytesUsed,
    contentBytesMax: site.bytesMax,
    gateways: site.sessions,
  };
}

function onlyMembers(params: Params, members: readonly string[]): void {
  const unknown = Object.keys(params).find((member) => !members.includes(member));
  if (unknown === undefined) return;
  const mend = members.length > 0 ? `Give only: ${members.join(', ')}.` : 'Give none.';
  throw wrongParameter(`${JSON.stringify(unknown)} is no parameter here`, mend);
}

function wrongParameter(message: string, mend: string): MusterError {
  return new MusterError('parameter-invalid', message, mend);
}
