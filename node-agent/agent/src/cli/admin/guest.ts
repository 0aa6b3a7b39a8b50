/** `muster guest policy|pass`: who becomes a guest of the site, and passes for the door. */
import {
  GuestAdmission,
  guestBudget,
  MusterError,
  Power,
  type SiteRules,
  signGuestPass,
  signSiteRules,
  trustLimits,
  utf8,
} from '@muster/core';
import { type CodeFiles, showCode, writeCodeFiles } from '../code-files.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { inert } from '../terminal.ts';
import { changeBook } from './change-book.ts';
import type { AdminOptions } from './keys.ts';
import { requireDone } from './say-act.ts';
import { type AdminAtWork, withAdmin } from './with-admin.ts';

export type AdmissionWord = keyof typeof GuestAdmission;

export interface PolicyOptions extends AdminOptions {
  readonly announcement?: string;
  /** Of all guests of one node together, a minute. */
  readonly messages?: number;
  /** New guests of one node, a minute. */
  readonly newcomers?: number;
}

export async function policy(
  context: CommandContext,
  given: string | undefined,
  options: PolicyOptions,
): Promise<ExitCode> {
  const { announcement, messages, newcomers } = options;
  const word = given === undefined ? undefined : admissionWord(given);
  const change: Partial<SiteRules> = {
    ...(word !== undefined && { guests: GuestAdmission[word] }),
    ...(announcement !== undefined && { announcement }),
    ...(messages !== undefined && { guestBundlesPerMinute: messages }),
    ...(newcomers !== undefined && { guestTicketsPerMinute: newcomers }),
  };
  if (announcement !== undefined) requireShort(announcement);
  const isChange = Object.keys(change).length > 0;
  const needs = isChange ? Power.rules : 0;
  return withAdmin(context, { ...options, needs }, async (work) => {
    const rules = isChange ? await setRules(work, change) : work.admin.trust.rules;
    show(context, rules);
    return ExitCode.fine;
  });
}

async function setRules(work: AdminAtWork, change: Partial<SiteRules>): Promise<SiteRules> {
  const { admin, crypto, authority } = work;
  const { rules: now } = admin.trust;
  const revision = await changeBook(work, (book) => {
    const next = Math.max(now.revision, book.rulesRevision) + 1;
    book.noteRulesRevision(next);
    return next;
  });
  const rules = { ...now, ...change, site: admin.site, revision };
  const wire = signRules();
  const params = { ...shownRules(rules), label: 'guest policy' };
  requireDone(await admin.act({ command: 'rules.set', params, documents: [wire] }));
  return rules;

  function signRules(): Uint8Array {
    try {
      return signSiteRules(crypto, rules, authority.issuer);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { bundlesPerMinute, ticketsPerMinute } = guestBudget;
      const most = `${bundlesPerMinute} messages and ${ticketsPerMinute} newcomers`;
      const mend = `At most ${most} a minute.`;
      throw new MusterError('rules-wrong', 'No node would take these rules', mend);
    }
  }
}

function shownRules(rules: SiteRules) {
  const { guests, guestBundlesPerMinute, guestTicketsPerMinute, announcement } = rules;
  return {
    guests: wordOf(guests),
    ...{ guestBundlesPerMinute, guestTicketsPerMinute, announcement },
  };
}

const admissionWords = Object.keys(GuestAdmission) as AdmissionWord[];

function admissionWord(given: string): AdmissionWord {
  const word = admissionWords.find((one) => one === given);
  if (word) return word;
  const mend = `It is one of ${admissionWords.join(', ')}.`;
  throw new MusterError('policy-unknown', `There is no policy ${JSON.stringify(given)}`, mend);
}

function wordOf(guests: GuestAdmission): AdmissionWord {
  return admissionWords.find((word) => GuestAdmission[word] === guests) ?? 'open';
}

const admissionTexts: Readonly<Record<AdmissionWord, string>> = {
  open: 'everybody becomes a guest',
  pass: 'whoever shows a guest pass',
  approval: 'whom staff let in',
};

function show({ terminal }: CommandContext, rules: SiteRules): void {
  const shown = shownRules(rules);
  if (terminal.json) {
    terminal.value({ revision: rules.revision, ...shown });
    return;
  }
  const row = (label: string, text: string): void =>
    terminal.line(`  ${terminal.style('dim', label.padEnd(14))}${text}`);
  row('Guests', `${shown.guests}: ${admissionTexts[shown.guests]}`);
  row('Of each node', `${shown.guestBundlesPerMinute} messages a minute, all guests together`);
  row('', `${shown.guestTicketsPerMinute} new guests a minute`);
  row('Announcement', inert(shown.announcement) || 'none');
}

export interface PassOptions extends AdminOptions, CodeFiles {
  readonly uses: number;
}

export async function pass(context: CommandContext, options: PassOptions): Promise<ExitCode> {
  const { terminal } = context;
  return withAdmin(context, { ...options, needs: Power.people }, async (work) => {
    const { admin, crypto, random, authority } = work;
    const { epoch } = admin.trust;
    const { uses: usesMax } = options;
    const serial = random.bytes(8);
    const text = signGuestPass(
      crypto,
      { site: admin.site, serial, epoch, usesMax },
      authority.issuer,
    );
    await writeCodeFiles(text, options);
    if (terminal.json) terminal.value({ pass: text, uses: usesMax, epoch });
    else {
      await showCode(context, text);
      terminal.note(`\nGood for ${usesMax} guests at each node, to the end of epoch ${epoch}.`);
      terminal.note('Whoever has it comes in: show it, do not post it.');
    }
    return ExitCode.fine;
  });
}

function requireShort(announcement: string): void {
  if (utf8(announcement).length <= trustLimits.announcementBytesMax) return;
  const mend = `Use up to ${trustLimits.announcementBytesMax} bytes.`;
  throw new MusterError('announcement-long', 'This announcement is too long', mend);
}
