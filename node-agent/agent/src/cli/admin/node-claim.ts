/**
 * `muster node claim`: an admin scans (or types) the label of a blank box. Works with no agent at
 * all, for the first node of a site: the box is spoken to from here.
 */
import {
  type ClaimCode,
  claimFaultText,
  decodeClaimCode,
  judgeClaimCode,
  MusterError,
  Power,
  shortCodeOf,
} from '@muster/core';
import { getJson } from '../../client/get-json.ts';
import type { NodeInfo } from '../../http/api-routes.ts';
import { agentUrl, type CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { clientParts } from '../with-session.ts';
import { askedAddresses } from './claims/ask-at.ts';
import { awaitedNode } from './claims/awaited-node.ts';
import { claimByLabel } from './claims/claim-by-label.ts';
import { type InForce, type SettingsOptions, settingsOf } from './claims/settings.ts';
import { inForceAt } from './in-force.ts';
import { type AdminOptions, type OpenKeys, withOpenKeys } from './keys.ts';
import { type AdminAtWork, withAdmin } from './with-admin.ts';

export interface ClaimOptions extends AdminOptions, SettingsOptions {
  readonly name?: string;
  readonly file?: string;
  readonly address?: readonly string[];
}

export async function claim(
  context: CommandContext,
  given: string | undefined,
  options: ClaimOptions,
): Promise<ExitCode> {
  const code = await labelOf(given, options.file);
  const needs = Power.nodes;
  if (!(await isServed(context))) {
    return withOpenKeys(context, { ...options, needs }, (keys) =>
      claimBox(context, keys, { code, options, admin: undefined }),
    );
  }
  return withAdmin(context, { ...options, needs }, (work) =>
    claimBox(context, work, { code, options, admin: work.admin }),
  );
}

/** Whether a node of a site runs here that can be asked. */
async function isServed(context: CommandContext): Promise<boolean> {
  try {
    const node = (await getJson(agentUrl(context), '/api/v1/node')).json as Partial<NodeInfo>;
    return typeof node.siteKey === 'string';
  } catch (error) {
    if (error instanceof MusterError && error.code === 'agent-unreachable') return false;
    throw error;
  }
}

async function claimBox(
  context: CommandContext,
  keys: OpenKeys,
  what: {
    readonly code: ClaimCode;
    readonly options: ClaimOptions;
    readonly admin: AdminAtWork['admin'] | undefined;
  },
): Promise<ExitCode> {
  const { code, options, admin } = what;
  const name = options.name ?? `node-${shortCodeOf(keys.crypto, code.secret).slice(0, 4)}`;
  const settings = settingsOf(name, options);
  const inForce = admin ? await inForceAt(admin) : inForceByBook(keys);
  const awaited = awaitedNode(context, keys, { code, settings, inForce, admin });
  const seen = admin ? await placesSeen(keys, admin, code) : [];
  const addresses = [...askedAddresses(options.address), ...code.addresses, ...seen];
  const fault = await claimByLabel(keys, awaited, {
    asking: { context, prompt: keys.prompt, yes: options.yes },
    places: { addresses: [...new Set(addresses)], through: admin },
  });
  if (!fault) return ExitCode.fine;
  const { message, mend } = claimFaultText[fault];
  throw new MusterError(`claim-${fault}`, message, mend);
}

/** Where the node at hand has heard this box. */
async function placesSeen(
  { crypto }: OpenKeys,
  admin: AdminAtWork['admin'],
  { secret }: ClaimCode,
): Promise<string[]> {
  const { view } = await admin.look();
  const wanted = shortCodeOf(crypto, secret);
  return view.unclaimed
    .filter(({ shortCode }) => shortCode === wanted)
    .map(({ address }) => address);
}

/** Without a node nobody says what holds; the certificates in the book tell the epoch. */
function inForceByBook({ book }: OpenKeys): InForce {
  const ends = book.nodes.map(({ endsEpoch }) => endsEpoch - 1);
  return { epoch: Math.max(0, ...ends.filter((epoch) => epoch < 2 ** 31)), documents: [] };
}

async function labelOf(given: string | undefined, file: string | undefined): Promise<ClaimCode> {
  const { crypto, clock } = await clientParts();
  const text = file === undefined ? given : await (await import('../read-qr.ts')).readQr(file);
  if (text === undefined) {
    const mend = 'Give the text of the label, or a picture of it: --file PHOTO.png';
    throw new MusterError('code-missing', 'Which box is meant?', mend);
  }
  const code = decodeClaimCode(crypto, text);
  const fault = code.ok
    ? judgeClaimCode(code.value, { kinds: ['label'], ...clock.wall() })
    : code.reason;
  if (!fault && code.ok) return code.value;
  const { message, mend } = claimFaultText[fault ?? 'not-a-code'];
  throw new MusterError(`claim-${fault}`, message, mend);
}
