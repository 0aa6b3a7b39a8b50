/** `muster ticket issue|list`: people who are more than guests, by the key of their phone. */
import { decodePersonCode, MusterError, Power, toBase64url } from '@muster/core';
import { SiteBook } from '@muster/provisioning';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { clientParts } from '../with-session.ts';
import { wholeKey } from './find-party.ts';
import { type AdminOptions, keysFolder } from './keys.ts';
import { grantTicket } from './renew-all.ts';
import { requireDone } from './say-act.ts';
import { withAdmin } from './with-admin.ts';

export interface IssueOptions extends AdminOptions {
  readonly role: 'user' | 'staff';
  readonly name?: string;
}

export async function issue(
  context: CommandContext,
  given: string,
  options: IssueOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { crypto } = await clientParts();
  const key = wholeKey(crypto, given);
  if (!key) throw noKey();
  const name = options.name ?? decodePersonCode(crypto, given)?.name ?? '';
  return withAdmin(context, { ...options, needs: Power.people }, async (work) => {
    const { epoch } = work.admin.trust;
    if (work.admin.trust.revoked.has(key)) throw revokedKey(name);
    await grantTicket(work, { key, name, role: options.role, epoch });
    const params = { key: toBase64url(key), name, role: options.role, label: name };
    requireDone(await work.admin.act({ command: 'person.ticket', params }));
    if (terminal.json) terminal.value({ key: toBase64url(key), name, role: options.role });
    else {
      const who = inert(name) || toBase64url(key).slice(0, 12);
      terminal.line(`${who} is ${options.role} from their next visit on.`);
    }
    return ExitCode.fine;
  });
}

/** Of the admin's own book; no agent is needed. */
export async function list(context: CommandContext, options: AdminOptions): Promise<ExitCode> {
  const { terminal } = context;
  const { people } = SiteBook.open(keysFolder(context, options));
  const all = people.map(({ key, name, role, endsEpoch, revoked }) => ({
    ...{ key: toBase64url(key), name, role, endsEpoch, revoked },
  }));
  if (terminal.json) terminal.value({ people: all });
  for (const { key, name, role, endsEpoch, revoked } of terminal.json ? [] : all) {
    const state = revoked ? 'revoked' : `${role}, to the end of epoch ${endsEpoch}`;
    terminal.line(`${inert(name).padEnd(20)} ${key.slice(0, 12)}  ${state}`);
  }
  if (all.length === 0) {
    terminal.note('No tickets yet. A person shows their key in the app: muster ticket issue KEY');
  }
  return ExitCode.fine;
}

function noKey(): MusterError {
  const mend = 'Copy the whole text from the app (settings, Show my key): it begins MUSTER-KEY.';
  return new MusterError('key-wrong', 'This is no key of a person', mend);
}

function revokedKey(name: string): MusterError {
  const who = inert(name) || 'This key';
  const mend = 'A revoked key stays so; let them make a new one (a fresh browser profile).';
  return new MusterError('key-revoked', `${who} is revoked`, mend);
}
