/**
 * `muster node invite|replace`: codes that an admin hands to blank boxes, as text, picture, printed
 * sheet or file. They stand in the site book until a box has come with each.
 */
import {
  claimFingerprint,
  claimIdOf,
  encodeClaimCode,
  equalBytes,
  MusterError,
  Power,
  shortCodeOf,
  toBase64url,
  toHex,
} from '@muster/core';
import { labelSheetHtml } from '@muster/provisioning';
import { type CodeFiles, qrSvg, showCode, writeCodeFiles, writeNew } from '../code-files.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { changeBook } from './change-book.ts';
import { askAt } from './claims/ask-at.ts';
import type { KeptInvite } from './claims/awaited-node.ts';
import { type SettingsOptions, settingsOf } from './claims/settings.ts';
import { findParty, type Party, partiesOf } from './find-party.ts';
import { type ServeOptions, serveAll } from './serve-invites.ts';
import { type AdminAtWork, withAdmin } from './with-admin.ts';

export interface InviteOptions extends ServeOptions, SettingsOptions, CodeFiles {
  readonly name?: string;
  readonly count: number;
  readonly hours: number;
  readonly print?: string;
  readonly file?: string;
  readonly address?: readonly string[];
  /** False with --no-wait. */
  readonly wait: boolean;
}

interface Invite {
  readonly name: string;
  readonly text: string;
  readonly shortCode: string;
}

export function invite(context: CommandContext, options: InviteOptions): Promise<ExitCode> {
  const { name = 'node', count } = options;
  const digits = String(count).length;
  const names = Array.from({ length: count }, (_, index) =>
    count === 1 ? name : `${name}-${String(index + 1).padStart(digits, '0')}`,
  );
  const kept = names.map((one) => ({ settings: settingsOf(one, options) }));
  return withAdmin(context, { ...options, needs: Power.nodes }, (work) =>
    inviteAll(context, work, { options, kept }),
  );
}

/** A new card that takes over the name of a dead node. */
export function replace(
  context: CommandContext,
  given: string,
  options: InviteOptions,
): Promise<ExitCode> {
  const needs = Power.nodes | Power.revoke;
  return withAdmin(context, { ...options, needs }, async (work) => {
    const { view } = await work.admin.look();
    const parties = partiesOf(work.book, { view, node: work.node });
    const nodes = parties.filter(({ kind }) => kind === 'node');
    // After a theft it may be revoked already: then its name is all that is left to take over.
    const gone = work.book.nodes.find(({ name, revoked }) => revoked && name === given);
    const dead = nodes.some(({ name }) => name === given) ? undefined : gone;
    const { key, name } = dead ?? findNode(work, nodes, given);
    const known = work.book.nodes.find((node) => equalBytes(node.key, key));
    const settings = settingsOf(name, { ...options, role: known?.role ?? options.role });
    const kept = dead ? { settings } : { settings, replaces: toBase64url(key) };
    return inviteAll(context, work, { options: { ...options, count: 1 }, kept: [kept] });
  });
}

async function inviteAll(
  context: CommandContext,
  work: AdminAtWork,
  what: { readonly options: InviteOptions; readonly kept: readonly KeptInvite[] },
): Promise<ExitCode> {
  const { options, kept } = what;
  const made = kept.map((one) => ({ ...makeInvite(context, work, one, options), ...one }));
  // Before the book knows of them: one whose file cannot be written is none.
  await writeFiles(work.site.name, { made, options });
  const createdUnixMs = work.clock.wall().unixMs;
  await changeBook(work, (book) =>
    book.addInvites(
      made.map(({ id, text: code, name, ...rest }) => ({
        ...{ id, kind: 'invite' as const, name, state: 'open' as const, code, createdUnixMs },
        ...{ settings: keptForm(rest), claimants: [] },
      })),
    ),
  );
  await handOut(context, { made, options });
  if (!options.wait) {
    context.terminal.note('\nWait for the boxes with: muster node serve-invites');
    return ExitCode.fine;
  }
  const ids = made.map(({ id }) => id);
  return serveAll(context, work, { options, mine: ({ id }) => ids.includes(id) });
}

/** What the book keeps beside the code: JSON-able. */
function keptForm({ settings, replaces }: KeptInvite): Record<string, unknown> {
  return { ...settings, ...(replaces === undefined ? {} : { replaces }) };
}

function makeInvite(
  context: CommandContext,
  work: AdminAtWork,
  { settings }: KeptInvite,
  { hours, address }: InviteOptions,
): Invite & { readonly id: string } {
  const { crypto, random, clock, siteId, authority } = work;
  const secret = random.bytes(16);
  const text = encodeCode();
  const id = toHex(claimIdOf(crypto, secret));
  return { id, name: settings.name, text, shortCode: shortCodeOf(crypto, secret) };

  function encodeCode(): string {
    return encodeClaimCode(crypto, {
      ...{ kind: 'invite', secret, site: siteId },
      fingerprint: claimFingerprint(crypto, authority.issuer.key.publicKey),
      expiresUnixS: Math.floor(clock.wall().unixMs / 1000) + hours * 3600,
      addresses: askAt(context, address),
    });
  }
}

interface HandedOut {
  readonly made: readonly Invite[];
  readonly options: InviteOptions;
}

async function writeFiles(siteName: string, { made, options }: HandedOut): Promise<void> {
  const [first] = made;
  const { print, file, png, svg } = options;
  const single = file ?? png ?? svg;
  if (single !== undefined && made.length > 1) throw oneOnly();
  if (file !== undefined) writeNew(file, `${first!.text}\n`);
  await writeCodeFiles(first!.text, options);
  if (print !== undefined) {
    const labels = await Promise.all(
      made.map(async ({ name, text, shortCode }) => ({
        ...{ name, shortCode, code: text },
        qrSvg: await qrSvg(text),
      })),
    );
    writeNew(print, labelSheetHtml(labels, { siteName }));
  }
}

async function handOut(context: CommandContext, { made, options }: HandedOut): Promise<void> {
  const { terminal } = context;
  const { print } = options;
  for (const { name, text: code, shortCode } of made) {
    if (terminal.json) terminal.value({ event: 'invite', name, code, shortCode });
  }
  if (print !== undefined) terminal.note(`The sheet is ${print}: print it, hand one to each box.`);
  else if (made.length === 1) await showCode(context, made[0]!.text);
  else for (const { name, text } of terminal.json ? [] : made) terminal.line(`${name}  ${text}`);
  terminal.note('\nGive it to the blank box: on its page, as muster-invite.txt on its card, or');
  terminal.note('there at a terminal with muster claim CODE. It is good once.');
}

function findNode(work: AdminAtWork, nodes: readonly Party[], given: string): Party {
  const node = findParty(work.crypto, nodes, given);
  if (node.kind === 'unknown') throw notANode(given);
  return node;
}

function notANode(given: string): MusterError {
  const mend = 'Look with: muster node list';
  return new MusterError('node-unknown', `${JSON.stringify(inert(given))} is no node here`, mend);
}

function oneOnly(): MusterError {
  const mend = 'Use --print SHEET.html for several, or --count 1.';
  return new MusterError('invites-many', '--file, --png and --svg take one code', mend);
}
