/**
 * Adds nodes: by the code that a box shows, or by an invite that is given to a box. Several may be
 * under way at once; each stands in a card with what is to be done next.
 */
import { fromHex } from '@muster/core';
import { useEffect, useState } from 'preact/hooks';
import { a } from '../../strings/admin.en.ts';
import { neutralName } from '../../text/neutral.ts';
import type { AdminSession } from '../session/admin-session.ts';
import { siteChannels } from '../session/site-channels.ts';
import type { SiteView } from '../session/site-view.ts';
import { CodeField } from '../sign-in/code-field.tsx';
import { ClaimCard } from './claim-card.tsx';
import { faultText } from './fault-text.ts';
import type { Replaced } from './node-claim.ts';
import type { OpenClaims } from './open-claims.ts';
import { ownAddresses } from './own-addresses.ts';
import { readClaimCode } from './read-code.ts';

interface ClaimViewProps {
  readonly session: AdminSession;
  readonly claims: OpenClaims;
  /** A claim code, or `as/<key in hex>` of the dead node whose place the new one takes. */
  readonly rest: string;
}

/** Channels that the site has for everybody, with commas between. */
function useSiteChannels(): string {
  const [names, setNames] = useState('');
  useEffect(() => {
    let isOver = false;
    void siteChannels().then((found) => isOver || setNames(found.join(', ')));
    return () => {
      isOver = true;
    };
  }, []);
  return names;
}

function replacedNode(site: SiteView | undefined, rest: string): Replaced | undefined {
  const hex = /^as\/([0-9a-f]{64})$/.exec(rest)?.[1];
  const node = site?.nodes.find((one) => one.key === hex);
  const key = node && fromHex(node.key);
  if (!key) return undefined;
  return { key, name: node.name || node.report?.name || '', role: node.report?.role ?? 'node' };
}

export function ClaimView({ session, claims, rest }: ClaimViewProps) {
  const replaces = replacedNode(session.site.value, rest);
  const channels = useSiteChannels();
  const open = claims.all.value;
  const begin = (
    <div class="stack">
      <ByLabel session={session} claims={claims} given={replaces ? '' : rest} replaces={replaces} />
      <ByInvite claims={claims} replaces={replaces} />
    </div>
  );
  return (
    <>
      {replaces && <p class="callout">{a.claim.replacing(neutralName(replaces.name))}</p>}
      {open.length > 0 && (
        <ul class="stack" aria-label={a.claim.under}>
          {open.map((one) => (
            <ClaimCard
              key={one.id}
              open={one}
              channels={channels}
              onEnd={() => claims.stop(one.id)}
            />
          ))}
        </ul>
      )}
      {claims.isFull && <p class="callout callout-warn">{a.claim.full}</p>}
      {!claims.isFull && open.length === 0 && begin}
      {!claims.isFull && open.length > 0 && (
        // While one box wants attention, the ways to begin with another stand back.
        <details>
          <summary>{a.claim.another}</summary>
          {begin}
        </details>
      )}
    </>
  );
}

interface ByLabelProps extends Pick<ClaimViewProps, 'session' | 'claims'> {
  /** A code out of the address. */
  readonly given: string;
  readonly replaces: Replaced | undefined;
}

function ByLabel({ session, claims, given, replaces }: ByLabelProps) {
  const [text, setText] = useState(given);
  const [address, setAddress] = useState('');
  const [note, setNote] = useState('');
  useEffect(() => setText(given), [given]);
  const begin = (event: Event) => {
    event.preventDefault();
    const read = readClaimCode(session.parts, text, 'label');
    if (!read.ok) return setNote(faultText(read.reason));
    const typed = address.trim();
    claims.label(read.value, { ...(typed && { address: typed }), replaces });
    setText('');
    setAddress('');
  };
  return (
    <form class="admin-card stack" onSubmit={begin}>
      <h2>{a.claim.scan}</h2>
      <p>{a.claim.scanWhy}</p>
      <CodeField
        label={a.claim.label}
        value={text}
        onNote={setNote}
        onInput={(value) => {
          setText(value);
          setNote('');
        }}
      />
      <label class="field">
        <span class="field-label">{a.claim.address}</span>
        <input
          value={address}
          placeholder={a.claim.addressHint}
          autoComplete="off"
          spellcheck={false}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
      </label>
      <p class="fault" role="alert">
        {note}
      </p>
      <button type="submit" class="main-button" disabled={text.trim() === ''}>
        {a.claim.begin}
      </button>
      <Nearby session={session} />
    </form>
  );
}

function Nearby({ session }: Pick<ClaimViewProps, 'session'>) {
  const boxes = session.site.value?.unclaimed ?? [];
  return (
    <section class="stack">
      <h3>{a.claim.nearby}</h3>
      {boxes.length === 0 ? (
        <p class="field-note">{a.claim.nearbyNone}</p>
      ) : (
        <>
          <ul class="nearby">
            {boxes.map(({ name, shortCode, address }) => (
              <li key={`${shortCode} ${address}`}>
                <bdi>{neutralName(name)}</bdi>
                <code class="short-code">{neutralName(shortCode)}</code>
                <small>{neutralName(address)}</small>
              </li>
            ))}
          </ul>
          <p class="field-note">{a.claim.nearbyWhy}</p>
        </>
      )}
    </section>
  );
}

function ByInvite({ claims, replaces }: Pick<ByLabelProps, 'claims' | 'replaces'>) {
  return (
    <section class="admin-card stack">
      <h2>{a.claim.invite}</h2>
      <p>{a.claim.inviteWhy}</p>
      <button
        type="button"
        class="quiet-button"
        onClick={() => claims.invite(ownAddresses(location), replaces)}
      >
        {a.claim.inviteMake}
      </button>
    </section>
  );
}
