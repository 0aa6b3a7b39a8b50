/** One box on its way into the site: where it stands, and what the admin has to do next. */
import { toHex } from '@muster/core';
import { a } from '../../strings/admin.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { KeyTag, Name } from '../../ui/key-mark.tsx';
import { CodeView } from '../../ui/sheets/code-view.tsx';
import { Digits } from '../sign-in/digits.tsx';
import { faultText } from './fault-text.ts';
import { byBluetooth } from './label-claim.ts';
import type { NodeClaim, NodeClaimState } from './node-claim.ts';
import type { OpenClaim } from './open-claims.ts';
import { newDraft } from './settings-draft.ts';
import { SettingsForm } from './settings-form.tsx';

interface CardProps {
  readonly open: OpenClaim;
  /** Of the site, for the form to begin with. */
  readonly channels: string;
  onEnd(): void;
}

export function ClaimCard({ open, channels, onEnd }: CardProps) {
  const { claim, kind, shortCode } = open;
  const state = claim.state.value;
  const isOver = state.kind === 'done' || state.kind === 'failed';
  return (
    <li class="admin-card claim-card">
      <header class="claim-head">
        <div role="status">
          <h2>{titleOf(state)}</h2>
        </div>
        <p class="field-note">
          {kind === 'invite' ? a.claim.inviteKind : a.claim.boxKind}{' '}
          <code class="short-code">{shortCode}</code>
        </p>
      </header>
      <Others claim={claim} />
      <Step open={open} state={state} channels={channels} />
      <button type="button" class={isOver ? 'quiet-button' : 'small-button'} onClick={onEnd}>
        {state.kind === 'done' ? a.claim.close : a.claim.end}
      </button>
    </li>
  );
}

function titleOf(state: NodeClaimState): string {
  const { states } = a.claim;
  if (state.kind === 'reaching') {
    const { address } = state;
    return address === byBluetooth ? states.reachingByBluetooth : states.reaching(address);
  }
  if (state.kind === 'sending') return states.sending(neutralName(state.name));
  if (state.kind === 'done') return states.done(neutralName(state.name));
  return states[state.kind];
}

interface StepProps {
  readonly open: OpenClaim;
  readonly state: NodeClaimState;
  readonly channels: string;
}

function Step({ open, state, channels }: StepProps) {
  const { claim, text } = open;
  if (state.kind === 'waiting') {
    return (
      <>
        {state.fault && (
          <p class="callout callout-warn" role="alert">
            {`${a.claim.lastTry} ${faultText(state.fault)}`}
          </p>
        )}
        <p>{a.claim.waitingWhy}</p>
        <CodeView text={text} label={a.claim.text} drawingLabel={a.claim.qrLabel} />
      </>
    );
  }
  if (state.kind === 'comparing') {
    return (
      <>
        <p>{a.claim.isCalled(neutralName(state.subject.name))}</p>
        <Digits code={state.comparisonCode} />
        <p>{a.claim.compareWhy}</p>
        <div class="row-buttons">
          <button type="button" class="danger-button" onClick={() => claim.differentCodes()}>
            {a.claim.different}
          </button>
          <button type="button" class="main-button" onClick={() => claim.sameCodes()}>
            {a.claim.same}
          </button>
        </div>
      </>
    );
  }
  if (state.kind === 'settings') {
    const { name, role } = claim.replaces ?? { name: state.subject.name, role: 'node' };
    const first = newDraft({ name, role, channels });
    return <SettingsForm claim={claim} first={first} />;
  }
  if (state.kind === 'sending') return <p>{a.claim.states.sendingWhy}</p>;
  if (state.kind === 'failed') return <p role="alert">{faultText(state.fault)}</p>;
  return null;
}

/** A code has one first user; whoever came after is shown, because it may be a thief's try. */
function Others({ claim }: { claim: NodeClaim }) {
  const others = claim.others.value;
  if (others.length === 0) return null;
  const all = claim.subject ? [claim.subject, ...others] : others;
  return (
    <div class="callout callout-warn" role="alert">
      <div class="stack">
        <p>{a.claim.others}</p>
        <ul>
          {all.map(({ key, name }) => (
            <li key={toHex(key)}>
              <Name name={name} /> <KeyTag keyHex={toHex(key)} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
