/** `muster admin list|revoke`: who acts for the site, and the end of it. */
import { fromBase64url, toBase64url } from '@muster/core';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import type { AdminOptions } from './keys.ts';
import { powerNames } from './power-names.ts';
import { type RevokeOptions, revoke as revokeAny } from './revoke.ts';
import { withAdmin } from './with-admin.ts';

interface ListedAdmin {
  readonly key: string;
  readonly name: string;
  readonly powers: readonly string[];
  readonly revoked: boolean;
  /** Whose key is at hand. */
  readonly self: boolean;
}

export async function list(context: CommandContext, options: AdminOptions): Promise<ExitCode> {
  const { terminal } = context;
  return withAdmin(context, options, async ({ admin, authority, book }) => {
    const { view } = await admin.look();
    const self = toBase64url(authority.issuer.key.publicKey);
    const admins = new Map<string, ListedAdmin>();
    for (const { key, name, powers, revoked = false } of book.admins) {
      const text = toBase64url(key);
      const isOut = revoked || admin.trust.revoked.has(key);
      admins.set(text, listed({ key: text, name, powers, self }, isOut));
    }
    for (const { key, name, powers } of view.admins) {
      const isOut = admin.trust.revoked.has(fromBase64url(key) ?? new Uint8Array(0));
      admins.set(key, listed({ key, name, powers, self }, isOut));
    }
    const all = [...admins.values()];
    if (terminal.json) terminal.value({ admins: all });
    else for (const one of all) terminal.line(adminText(one));
    if (all.length === 0) {
      terminal.note('No admin is known yet: the root key acts itself. muster admin invite NAME');
    }
    return ExitCode.fine;
  });
}

export function revoke(
  context: CommandContext,
  given: string,
  options: RevokeOptions,
): Promise<ExitCode> {
  return revokeAny(context, given, { ...options, only: 'admin' });
}

function listed(
  admin: {
    readonly key: string;
    readonly name: string;
    readonly powers: number;
    readonly self: string;
  },
  revoked: boolean,
): ListedAdmin {
  const { key, name, powers, self } = admin;
  return { key, name, powers: powerNames(powers), revoked, self: key === self };
}

function adminText({ name, key, powers, revoked, self }: ListedAdmin): string {
  const state = revoked ? 'revoked' : powers.join(', ');
  return `${inert(name).padEnd(20)} ${key.slice(0, 12)}  ${state}${self ? '  (these keys)' : ''}`;
}
