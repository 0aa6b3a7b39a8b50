/** `muster revoke` and `muster node revoke`: ends a key of a node, a person or an admin. */
import { MusterError, Power, toBase64url } from '@muster/core';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import type { RevokeReason } from '../words/options.ts';
import { findParty, type PartyKind, partiesOf } from './find-party.ts';
import type { AdminOptions } from './keys.ts';
import { awayIn, awayText, renewAhead } from './renew-all.ts';
import { epochAfter, requireRootIssuer, revokeParty } from './revoke-keys.ts';
import { withAdmin } from './with-admin.ts';

export interface RevokeOptions extends AdminOptions {
  readonly reason: RevokeReason;
  /** Of an admin: also what it revoked and the epochs that it ended. */
  readonly undo?: boolean;
}

export async function revoke(
  context: CommandContext,
  given: string,
  options: RevokeOptions & { readonly only?: PartyKind },
): Promise<ExitCode> {
  const { terminal } = context;
  return withAdmin(context, { ...options, needs: Power.revoke }, async (work) => {
    const { view } = await work.admin.look();
    const party = findParty(work.crypto, partiesOf(work.book, { view, node: work.node }), given);
    const { only } = options;
    if (only && party.kind !== only && party.kind !== 'unknown') throw otherKind(given, party.kind);
    const key = toBase64url(party.key);
    const who = `${party.kind === 'unknown' ? 'key' : party.kind} ${inert(party.name)}`.trim();
    const byRoot = party.kind === 'admin';
    if (byRoot) requireRootIssuer(work);
    const away = byRoot ? awayText(awayIn(view)) : '';
    const sure = `End ${who} (${key.slice(0, 12)})? It is cut off everywhere, for good.${away}`;
    if (!(await work.prompt.confirm(sure, options.yes))) return ExitCode.failed;
    const how = { reason: options.reason, byRoot, isUndone: options.undo === true };
    // What that admin certified ends too: these keys answer for it from now on.
    if (byRoot) await renewAhead(work, { view, epoch: epochAfter(work, party, how) });
    await revokeParty(work, party, how);
    if (terminal.json) terminal.value({ revoked: key, name: party.name, kind: party.kind });
    else terminal.line(`${who} is revoked. Nodes that are away hear of it when they come back.`);
    return ExitCode.fine;
  });
}

function otherKind(given: string, kind: PartyKind): MusterError {
  const mend = kind === 'admin' ? 'Use: muster admin revoke' : 'Use: muster revoke';
  return new MusterError('party-other', `${JSON.stringify(inert(given))} means a ${kind}`, mend);
}
