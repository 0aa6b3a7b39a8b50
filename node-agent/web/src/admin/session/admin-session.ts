/**
 * An admin's own session with the node: a second socket opened with the admin key (step 1). What an
 * admin does goes out as signed acts and grants; what the node tells of the site comes in as
 * signals. The key is in memory while the session lives, and leaves it never.
 */
import type {
  AdminAct,
  AdminCertificate,
  BundleKind,
  Certificate,
  Issuer,
  NodeRole,
  Revocation,
  Role,
  SitePolicy,
  SiteRules,
  TrustBook,
} from '@muster/core';
import type { ReadonlySignal } from '@preact/signals';
import type { OfflineReason } from '../../connection/connection.ts';
import type { SiteView } from './site-view.ts';

export type AdminState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly nodeKey: Uint8Array }
  | { readonly kind: 'offline'; readonly reason: OfflineReason; readonly retryAtMs: number };

/** An act of the trail: verified here, by the signature and the ticket of whoever wrote it. */
export interface ActEntry {
  /** Bundle id in hex. */
  readonly id: string;
  readonly act: AdminAct;
  /** Admin key in hex, and the name that the root certified. */
  readonly admin: string;
  readonly adminName: string;
  /** When, by the admin's clock; and when it came to our node, by the node's. */
  readonly unixMs: number;
  readonly arrivedUnixMs: number;
}

export interface ActDraft {
  readonly command: string;
  /** The node that carries it out, 32 bytes; none for what holds for the whole site. */
  readonly node?: Uint8Array;
  readonly params?: object;
  /** Trust lists, rules, policies in wire form. */
  readonly documents?: readonly Uint8Array[];
}

export interface ActFault {
  readonly ok: false;
  /** As the node says it, or `offline`, `timeout`, `storage`, `power-missing`. */
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

export type ActResult =
  /** `sent`: the node it is for is elsewhere; its next report tells. */
  { readonly ok: true; readonly sent: boolean; readonly result: unknown } | ActFault;

export interface PutDraft {
  readonly kind: BundleKind;
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly payload: Uint8Array;
}

/** What a person asks to be changed; the rest stays as it is. */
export type RulesChange = Partial<Omit<SiteRules, 'site' | 'revision'>>;

export interface AdminSession {
  readonly state: ReadonlySignal<AdminState>;
  readonly site: ReadonlySignal<SiteView | undefined>;
  /** Newest first, at most `adminLimits.actsMax`. */
  readonly acts: ReadonlySignal<readonly ActEntry[]>;
  /** Lists and rules in force as this phone verified them; a new value on every change. */
  readonly trust: ReadonlySignal<{ readonly book: TrustBook }>;
  /** Newest verified site policy; undefined when there is none. */
  readonly policy: ReadonlySignal<SitePolicy | undefined>;
  readonly guestsWaiting: ReadonlySignal<readonly { device: Uint8Array; name: string }[]>;

  /** The admin's key with its certificate; to sign what no helper below signs. */
  readonly issuer: Issuer;
  /** Name, powers and last epoch of this admin. */
  readonly certificate: AdminCertificate;
  /** True when the certificate gives this bit of Power. */
  may(power: number): boolean;

  /** Writes an act and waits until it is held, and carried out where that is this node. */
  act(draft: ActDraft): Promise<ActResult>;
  /** Writes any bundle under the admin key and waits until it is held. */
  put(draft: PutDraft): Promise<ActResult>;

  /** A ticket for a phone, as a grant that travels to it, and the act beside it. */
  issueTicket(to: { device: Uint8Array; role: Role; label: string }): Promise<ActResult>;
  /** A new certificate for a node (renewal, other name or role), as a grant, and the act. */
  certify(
    node: Pick<Certificate, 'nodeKey' | 'name'> & { role: NodeRole; epoch?: number },
  ): Promise<ActResult>;
  /** A further key on this admin's trust list. */
  revoke(revocation: Revocation): Promise<ActResult>;
  /** The site goes on to this epoch; what ends earlier ends now. */
  advanceEpoch(epoch: number): Promise<ActResult>;
  setRules(change: RulesChange): Promise<ActResult>;
  /** `change` gets the policy in force (an empty one when there is none). */
  setPolicy(change: (policy: SitePolicy) => Omit<SitePolicy, 'revision'>): Promise<ActResult>;
  /** A guest pass as text (`MUSTER-PASS:1:…`), signed here; good through `epoch`. */
  makePass(pass: { usesMax: number; epoch: number }): string;

  /** Lets a waiting guest in, or not. */
  admit(device: Uint8Array, accept: boolean): void;
}
