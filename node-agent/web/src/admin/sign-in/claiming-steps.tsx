/** What happens between a new admin's phone and whoever certifies it, step by step. */
import { a } from '../../strings/admin.en.ts';
import { neutralName } from '../../text/neutral.ts';
import type { AdminClaim } from '../claim/admin-claim.ts';
import { faultText } from '../claim/fault-text.ts';
import { type AdminKeyRecord, adminNameOf } from '../keys/sealed-key.ts';
import { Digits } from './digits.tsx';

interface StepsProps {
  readonly claim: AdminClaim;
  /** Of the code: where else it may be awaited, host:port. */
  readonly addresses: readonly string[];
  readonly codeText: string;
  onAgain(): void;
  onDone(record: AdminKeyRecord): void;
}

export function ClaimingSteps({ claim, addresses, codeText, onAgain, onDone }: StepsProps) {
  const state = claim.state.value;
  const cancel = () => {
    claim.stop();
    onAgain();
  };
  if (state.kind === 'done') {
    return (
      <div class="admin-page admin-narrow">
        <h1>{a.become.done(neutralName(adminNameOf(state.record)))}</h1>
        <button type="button" class="main-button" onClick={() => onDone(state.record)}>
          {a.become.enter}
        </button>
      </div>
    );
  }
  if (state.kind === 'failed') {
    const elsewhere = addresses.filter((address) => address !== location.host);
    return (
      <div class="admin-page admin-narrow">
        <h1>{a.become.failed}</h1>
        <p role="alert">{faultText(state.fault)}</p>
        {state.fault === 'nobody-waits' && elsewhere.length > 0 && (
          <>
            <p>{a.become.elsewhere}</p>
            <ul class="stack">
              {elsewhere.map((address) => (
                <li key={address}>
                  <a href={`http://${address}/#${codeText.trim()}`}>{address}</a>
                </li>
              ))}
            </ul>
          </>
        )}
        <button type="button" class="main-button" onClick={onAgain}>
          {a.become.again}
        </button>
      </div>
    );
  }
  return (
    <div class="admin-page admin-narrow" aria-live="polite">
      {state.kind === 'comparing' ? (
        <>
          <h1>{a.become.compare}</h1>
          <Digits code={state.comparisonCode} />
          <p>{a.become.compareWhy(neutralName(state.siteName))}</p>
        </>
      ) : (
        <>
          <h1>{a.become.asking}</h1>
          <p>{a.become.askingWhy}</p>
        </>
      )}
      <button type="button" class="quiet-button" onClick={cancel}>
        {a.become.cancel}
      </button>
    </div>
  );
}
