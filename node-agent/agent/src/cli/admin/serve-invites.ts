/**
 * `muster node serve-invites|invites`: waits at the desk of the node for the boxes of open codes,
 * and lists all that were made with whoever came. What a box is to be stands in the site book.
 */
import {
  type ClaimantInfo,
  decodeClaimCode,
  equalBytes,
  judgeClaimCode,
  MusterError,
  Power,
  type ProvisionSettings,
  toBase64url,
} from '@muster/core';
import { type BookInvite, SiteBook } from '@muster/provisioning';
import { countText } from '../amount.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { clientParts } from '../with-session.ts';
import { changeBook } from './change-book.ts';
import { awaitedNode, codeInBook, type KeptInvite, replacedKey } from './claims/awaited-node.ts';
import { InviteDesk } from './claims/invite-desk.ts';
import { inForceAt } from './in-force.ts';
import { type AdminOptions, keysFolder } from './keys.ts';
import { revokeParty } from './revoke-keys.ts';
import { type AdminAtWork, withAdmin } from './with-admin.ts';

export interface ServeOptions extends AdminOptions {
  /** Stay until Ctrl-C, so that a second claimant is still told. */
  readonly stay?: boolean;
}

export function serveInvites(context: CommandContext, options: ServeOptions): Promise<ExitCode> {
  return withAdmin(context, { ...options, needs: Power.nodes }, (work) =>
    serveAll(context, work, { options, mine: () => true }),
  );
}

export async function serveAll(
  context: CommandContext,
  work: AdminAtWork,
  how: { readonly options: ServeOptions; readonly mine: (invite: BookInvite) => boolean },
): Promise<ExitCode> {
  const { terminal } = context;
  const { options, mine } = how;
  const { admin } = work;
  // Anew from disk: these may have been written just now.
  const { invites } = SiteBook.open(work.folder);
  const isOpen = (one: BookInvite): boolean =>
    stateOf(work, one) === 'open' && one.kind === 'invite';
  const open = invites.filter((one) => isOpen(one) && mine(one));
  if (open.length === 0) throw noneOpen();
  const inForce = await inForceAt(admin);
  const awaited = open.map(({ code, settings }) => {
    const kept = keptOf(settings);
    const onClaimed = (subject: ClaimantInfo) => endReplaced(work, kept, subject);
    const known = { code: codeInBook(work, code!), settings: kept.settings };
    return awaitedNode(context, work, { ...known, inForce, admin, onClaimed });
  });
  if (terminal.json) terminal.value({ event: 'waiting', count: awaited.length });
  else {
    const names = awaited.map(({ name }) => inert(name)).join(', ');
    terminal.note(
      `Waiting for ${countText(awaited.length, 'box', 'boxes')}: ${names}. Ctrl-C: later.`,
    );
  }
  const asking = { context, prompt: work.prompt, yes: options.yes };
  await new InviteDesk(work, asking, { stays: options.stay === true }).serve(awaited);
  return ExitCode.fine;
}

/** `open` while somebody may come with it; an admin's ends with the command that made it. */
function stateOf(
  { crypto, clock }: Pick<AdminAtWork, 'crypto' | 'clock'>,
  { state, code: text }: Pick<BookInvite, 'state' | 'code'>,
): BookInvite['state'] | 'expired' | 'ended' {
  if (state !== 'open') return state;
  if (text === undefined) return 'ended';
  const code = decodeClaimCode(crypto, text);
  const isGood = code.ok && judgeClaimCode(code.value, clock.wall()) === undefined;
  return isGood ? 'open' : 'expired';
}

/** `muster node withdraw`: nobody gets in with it any more. Needs no agent. */
export async function withdraw(
  context: CommandContext,
  given: string,
  options: AdminOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { clock } = await clientParts();
  const folder = keysFolder(context, options);
  const gone = await changeBook({ folder, clock }, (book) => {
    const meant = book.invites.filter(
      ({ id, name, state }) => state === 'open' && (id === given || name === given),
    );
    for (const { id } of meant) book.withdrawInvite(id);
    return meant.map(({ id }) => id);
  });
  if (gone.length === 0) throw noneOpen();
  if (terminal.json) terminal.value({ withdrawn: gone });
  else terminal.line(`${inert(given)} is withdrawn: the code is good for nothing any more.`);
  return ExitCode.fine;
}

function keptOf(given: Readonly<Record<string, unknown>> | undefined): KeptInvite {
  const { replaces, ...settings } = given ?? {};
  return {
    settings: settings as unknown as ProvisionSettings,
    ...(typeof replaces === 'string' && { replaces }),
  };
}

async function endReplaced(
  work: AdminAtWork,
  kept: KeptInvite,
  subject: ClaimantInfo,
): Promise<void> {
  const key = replacedKey(kept);
  if (!key || equalBytes(key, subject.key)) return;
  await revokeParty(work, { key, name: kept.settings.name }, { reason: 'replaced', byRoot: false });
}

/** Of the admin's own book; no agent is needed. */
export async function listInvites(
  context: CommandContext,
  options: AdminOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { crypto, clock } = await clientParts();
  const { invites } = SiteBook.open(keysFolder(context, options));
  const all = invites.map(({ claimants, ...invite }) => ({
    ...{ id: invite.id, kind: invite.kind, name: invite.name },
    ...{ state: stateOf({ crypto, clock }, invite), createdUnixMs: invite.createdUnixMs },
    claimants: claimants.map(({ key, unixMs }) => ({ key: toBase64url(key), unixMs })),
  }));
  if (terminal.json) terminal.value({ invites: all });
  for (const { name, kind, state, claimants } of terminal.json ? [] : all) {
    const by = claimants.map(({ key }) => key.slice(0, 12)).join(', ');
    terminal.line(`${inert(name).padEnd(20)} ${kind.padEnd(7)} ${state.padEnd(7)} ${by}`.trimEnd());
  }
  if (all.length === 0) terminal.note('No invites yet: muster node invite');
  return ExitCode.fine;
}

function noneOpen(): MusterError {
  const mend = 'Make one: muster node invite';
  return new MusterError('invites-none', 'No invite is open', mend);
}
