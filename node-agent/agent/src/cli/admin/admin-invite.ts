/**
 * `muster admin invite`: a code with which another phone becomes an admin. The phone makes its own
 * key; the root certifies it once the six digits were compared. Waits at the desk of a node.
 */
import {
  type ClaimantInfo,
  type ClaimCode,
  claimFingerprint,
  claimIdOf,
  encodeAdminPapers,
  encodeClaimCode,
  epochMax,
  equalBytes,
  fittingDocuments,
  rootIssuer,
  shortCodeOf,
  toBase64url,
  toHex,
} from '@muster/core';
import { issueAdmin, SiteBook } from '@muster/provisioning';
import { type CodeFiles, showCode, writeCodeFiles, writeNew } from '../code-files.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { changeBook } from './change-book.ts';
import { askAt } from './claims/ask-at.ts';
import { type Awaited, InviteDesk } from './claims/invite-desk.ts';
import type { InForce } from './claims/settings.ts';
import { inForceAt } from './in-force.ts';
import type { AdminOptions } from './keys.ts';
import { powerNames, powersOf } from './power-names.ts';
import { requireDone } from './say-act.ts';
import { type AdminAtWork, withAdmin } from './with-admin.ts';

export interface InviteAdminOptions extends AdminOptions, CodeFiles {
  readonly power?: readonly string[];
  readonly hours: number;
  readonly file?: string;
  readonly address?: readonly string[];
}

export async function invite(
  context: CommandContext,
  name: string,
  options: InviteAdminOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const powers = powersOf(options.power);
  return withAdmin(context, { ...options, needs: 'root' }, async (work) => {
    const code = makeCode(context, work, options);
    const text = encodeClaimCode(work.crypto, code);
    const shortCode = shortCodeOf(work.crypto, code.secret);
    await changeBook(work, (book) =>
      book.addInvites([
        {
          ...{ id: toHex(claimIdOf(work.crypto, code.secret)), kind: 'admin', name },
          ...{ state: 'open', createdUnixMs: work.clock.wall().unixMs, claimants: [] },
        },
      ]),
    );
    if (options.file !== undefined) writeNew(options.file, `${text}\n`);
    await writeCodeFiles(text, options);
    if (terminal.json) terminal.value({ event: 'invite', name, code: text, shortCode });
    await showCode(context, text);
    terminal.note(`\n${inert(name)} opens this node's page, there #/admin, and scans it.`);
    terminal.note('Waiting. This code ends with this command: Ctrl-C.');
    const inForce = await inForceAt(work.admin);
    const awaited = awaitedAdmin(context, work, { name, powers, code, inForce });
    const asking = { context, prompt: work.prompt, yes: options.yes };
    await new InviteDesk(work, asking, { stays: false }).serve([awaited]);
    return ExitCode.fine;
  });
}

function makeCode(
  context: CommandContext,
  { random, clock, crypto, siteId, site }: AdminAtWork,
  { hours, address }: InviteAdminOptions,
): ClaimCode {
  return {
    ...{ kind: 'admin', secret: random.bytes(16), site: siteId },
    fingerprint: claimFingerprint(crypto, site.siteKey),
    expiresUnixS: Math.floor(clock.wall().unixMs / 1000) + hours * 3600,
    addresses: askAt(context, address),
  };
}

interface NewAdmin {
  readonly name: string;
  readonly powers: number;
  readonly code: ClaimCode;
  readonly inForce: InForce;
}

function awaitedAdmin(
  context: CommandContext,
  work: AdminAtWork,
  { name, powers, code, inForce }: NewAdmin,
): Awaited {
  const { crypto, site, admin, authority, clock } = work;
  const { terminal } = context;
  const root = authority.root!;
  const shown = powerNames(powers).join(', ');
  return {
    ...{ name, code, issuer: rootIssuer(root) },
    async offer({ key }) {
      const document = encodeAdminPapers({
        ...{ siteKey: site.siteKey, siteName: site.name },
        certificate: issueAdmin(crypto, { root, adminKey: key, name, powers }),
        documents: fittingDocuments(inForce.documents),
      });
      const changes = [{ what: 'becomes', from: '', to: `the admin ${name}: ${shown}` }];
      return { document, changes };
    },
    isPromised: ({ key }) =>
      SiteBook.open(work.folder).admins.some((one) => equalBytes(one.key, key)),
    async onPromise({ key }) {
      const issuedUnixMs = clock.wall().unixMs;
      await changeBook(work, (book) =>
        book.noteAdmin({ key, name, powers, endsEpoch: epochMax, issuedUnixMs }),
      );
    },
    async onDone({ key: adminKey }: ClaimantInfo) {
      const key = toBase64url(adminKey);
      const params = { key, name, label: name };
      requireDone(await admin.act({ command: 'admin.certified', params }));
      if (terminal.json) terminal.value({ event: 'claimed', name, key });
      else terminal.line(`${terminal.style('green', inert(name))} is an admin now: ${shown}.`);
    },
  };
}
