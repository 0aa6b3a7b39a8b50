/**
 * A box with valid papers whose disk is full of forged bundles: a node of ours that finds every
 * signature good took them in. Its neighbours will ask it for each of them.
 */
import { join } from 'node:path';
import { type AgentParts, realParts } from '@muster/agent';
import {
  BundleKind,
  type Clock,
  type Crypto,
  composeBundle,
  encodeMessage,
  epochMax,
  Lane,
  MeshNode,
  newChain,
  Role,
  signTicket,
  siteChannelTag,
  siteIdOf,
  ticketIdOf,
} from '@muster/core';
import { type CertifiedNode, readNode, readSite } from '@muster/provisioning';

/** Of each author, at most its burst; all are guests that the box itself admitted. */
const perAuthor = 10;
/** Under what may wait for one sync. */
const atOnce = 2_000;
/** Its time runs faster, so that quotas stop nothing; but not past the lifetime of a guest's. */
const hurry = 1_500;
const lifetimeS = 6 * 3600;

/** Fills the store in this data folder; gives how many it took. */
export async function poisonStore(folder: string, count: number): Promise<number> {
  const parts = await realParts({ level: 'warn', destination: { write: () => {} } });
  const { crypto, clock, logger } = parts;
  const site = readSite(folder)!;
  const certified = readNode(crypto, folder, site)!;
  const { store } = await parts.openStore({ path: join(folder, 'store.db'), logger });
  const node = new MeshNode({
    ...{ store, logger, random: parts.random, siteKey: site.siteKey },
    ...{ key: certified.key, certificate: certified.certificate },
    crypto: { ...crypto, verify: () => true } satisfies Crypto,
    clock: hurried(clock),
  });
  const silent = () => {};
  node.start({ onBundle: silent, onHeld: silent, onNeighbours: silent, onPolicy: silent });
  let taken = 0;
  for (let at = 0; at < count; at += atOnce) {
    const forged = forge({ parts, certified, siteKey: site.siteKey }, Math.min(atOnce, count - at));
    const answers = forged.map(
      (bundle) => new Promise<boolean>((resolve) => node.put(bundle, ({ ok }) => resolve(ok))),
    );
    taken += (await Promise.all(answers)).filter(Boolean).length;
  }
  await node.stop();
  await store.close();
  return taken;
}

interface Forging {
  readonly parts: Pick<AgentParts, 'crypto' | 'random'>;
  readonly certified: CertifiedNode;
  readonly siteKey: Uint8Array;
}

function forge({ parts, certified, siteKey }: Forging, count: number) {
  const { crypto, random } = parts;
  const site = siteIdOf(crypto, siteKey);
  const tag = siteChannelTag(crypto, siteKey, 'general');
  return Array.from({ length: Math.ceil(count / perAuthor) }, () => {
    const key = crypto.keyPairFromSeed(random.bytes(32));
    const fields = { site, subject: key.publicKey, role: Role.guest, serial: 0, epoch: epochMax };
    const ticket = signTicket(crypto, fields, certified);
    const author = { key, site, ticket: ticketIdOf(crypto, ticket) };
    let chain = newChain;
    return Array.from({ length: perAuthor }, (_, i) => {
      const composed = composeBundle(crypto, author, {
        chain,
        draft: {
          ...{ kind: BundleKind.message, tag, lane: Lane.normal, lifetimeS, hopLimit: 5 },
          ...{ stamp: { ms: Date.now(), counter: i }, quality: 1 },
          payload: encodeMessage({ name: 'forged', text: `never written ${i}` }),
        },
      });
      chain = composed.chain;
      const { signed, signature } = composed.bundle;
      signature[i % 32]! ^= 1;
      return { signed, signature, ticket, ageMs: 0, hops: 0 };
    });
  }).flat();
}

function hurried(clock: Clock): Clock {
  return {
    monotonicMs: () => clock.monotonicMs() * hurry,
    wall: () => clock.wall(),
    after: (delayMs, run) => clock.after(delayMs, run),
  };
}
