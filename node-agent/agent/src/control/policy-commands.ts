/**
 * The site policy over the control socket: shown, and taken in from the admin who signed it. The
 * root key stays with the command line; the agent gets the signed document only, checks it like any
 * stranger's, and announces it to the mesh.
 */
import {
  BundleKind,
  fromBase64url,
  MusterError,
  type PolicyFault,
  policyTag,
  siteIdOf,
  toBase64url,
} from '@muster/core';
import type { AgentHost, ControlCommand } from '../extension.ts';

const faults: Readonly<Record<PolicyFault, readonly [message: string, mend: string]>> = {
  old: ['A newer policy is in force already', 'Look at it (muster site show) and change that one.'],
  foreign: ['This policy is of another site', 'Sign it where the site.key of this site lies.'],
  forged: ['The signature of this policy is wrong', 'Make it again; the file was damaged.'],
  expired: [
    'The admin who signed this policy was admitted for earlier epochs',
    'Have the admin invited anew: muster admin invite NAME',
  ],
  revoked: ['The admin who signed this policy is revoked', 'Sign it with another admin key.'],
  malformed: ['This is no policy', 'Make it with: muster site pin, or muster policy set'],
};

export function policyCommands(host: AgentHost): readonly (readonly [string, ControlCommand])[] {
  return [
    ['policy.show', async () => ({ wire: wireOf(host) })],
    ['policy.adopt', async ({ wire }) => adopt(host, wire)],
  ];
}

/** The newest known here in wire form, base64url; null when there is none yet. */
function wireOf({ node }: AgentHost): string | null {
  const known = node.policy();
  return known ? toBase64url(known.wire) : null;
}

async function adopt(host: AgentHost, given: unknown): Promise<{ readonly revision: number }> {
  const wire = typeof given === 'string' ? fromBase64url(given) : undefined;
  const adopted = wire && host.node.adoptPolicy(wire);
  if (!wire || !adopted?.ok) {
    const fault = adopted?.ok === false ? adopted.reason : 'malformed';
    const [message, mend] = faults[fault];
    throw new MusterError(`policy-${fault}`, message, mend);
  }
  await announce(host, wire);
  return { revision: adopted.value.revision };
}

/** By ordinary replication, so that it reaches nodes that are away now. */
function announce({ author, crypto, identity }: AgentHost, payload: Uint8Array): Promise<void> {
  const tag = policyTag(crypto, siteIdOf(crypto, identity.site.siteKey));
  return new Promise((resolve, reject) => {
    author.write({ kind: BundleKind.sitePolicy, tag, payload }, (answer) => {
      if (answer.ok) return resolve();
      const mend = 'It counts on this node. Try again, so that the other nodes hear of it.';
      reject(new MusterError('policy-not-announced', `Not announced: ${answer.reason}`, mend));
    });
  });
}
