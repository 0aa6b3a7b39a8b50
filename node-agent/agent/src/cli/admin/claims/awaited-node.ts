/** What a box gets that comes with an admin's code, or whose label was scanned: node papers. */
import {
  type ClaimantInfo,
  type ClaimCode,
  checkProvision,
  decodeClaimCode,
  equalBytes,
  fromBase64url,
  MusterError,
  type ProvisionSettings,
  previewOf,
  toBase64url,
} from '@muster/core';
import { endsEpochOf, SiteBook } from '@muster/provisioning';
import type { AdminSession } from '../../../client/admin-session.ts';
import type { CommandContext } from '../../context.ts';
import { inert } from '../../terminal.ts';
import type { OpenKeys } from '../keys.ts';
import { requireDone } from '../say-act.ts';
import type { Awaited } from './invite-desk.ts';
import { type InForce, makeProvision, notePromised } from './settings.ts';

export interface AwaitedNode {
  readonly code: ClaimCode;
  readonly settings: ProvisionSettings;
  readonly inForce: InForce;
  /** The node at hand, where one is: the trail tells of the claim there. */
  readonly admin: AdminSession | undefined;
  /** Once it is claimed. */
  readonly onClaimed?: (subject: ClaimantInfo) => Promise<void>;
}

export function awaitedNode(
  context: CommandContext,
  keys: OpenKeys,
  { code, settings, inForce, admin, onClaimed }: AwaitedNode,
): Awaited {
  const { name, role } = settings;
  return {
    ...{ name, code, issuer: keys.authority.issuer },
    async offer({ key }) {
      const wire = makeProvision(keys, key, { settings, inForce });
      const checked = checkProvision(keys.crypto, wire, { nodeKey: key });
      if (!checked.ok) throw new Error(`these papers would be ${checked.reason}`);
      return { document: wire, changes: previewOf(checked.value) };
    },
    isPromised: ({ key }) =>
      // Anew from disk: it may have been noted a moment ago.
      SiteBook.open(keys.folder).nodes.some(
        (node) => equalBytes(node.key, key) && node.name === name,
      ),
    onPromise: ({ key }) =>
      notePromised(keys, key, { name, role, endsEpoch: endsEpochOf(inForce.epoch) }),
    async onDone(subject) {
      const key = toBase64url(subject.key);
      const params = { key, name, role, label: name };
      if (admin) requireDone(await admin.act({ command: 'node.claimed', params }));
      await onClaimed?.(subject);
      const { terminal } = context;
      if (terminal.json) terminal.value({ event: 'claimed', name, key });
      else terminal.line(`${terminal.style('green', inert(name))} is a node of the site now.`);
    },
  };
}

/** The code of an invite that the book keeps. */
export function codeInBook(keys: OpenKeys, text: string): ClaimCode {
  const code = decodeClaimCode(keys.crypto, text);
  if (code.ok) return code.value;
  const mend = 'Withdraw it and make another: muster node invite.';
  throw new MusterError('invite-damaged', 'An invite in the site book is damaged', mend);
}

/** Settings as the book keeps them, with the key of the node that is replaced. */
export interface KeptInvite {
  readonly settings: ProvisionSettings;
  readonly replaces?: string;
}

export function replacedKey({ replaces }: KeptInvite): Uint8Array | undefined {
  return replaces === undefined ? undefined : fromBase64url(replaces);
}
