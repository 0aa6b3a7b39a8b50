/**
 * The page of a box that belongs to no site yet: what it is, the code by which an admin claims it,
 * and a way to give it an admin's invite. Whoever opens it sees no more than the label shows.
 */
import { useEffect, useState } from 'preact/hooks';
import { Changes } from '../admin/claim/changes.tsx';
import { CodeField } from '../admin/sign-in/code-field.tsx';
import { Digits } from '../admin/sign-in/digits.tsx';
import { a } from '../strings/admin.en.ts';
import { neutralName, neutralText } from '../text/neutral.ts';
import { Mark } from '../ui/icons.tsx';
import { CodeView } from '../ui/sheets/code-view.tsx';
import { askBox, type BoxFault, type BoxStatus } from './claim-status.ts';
import { watchBox } from './watch-box.ts';
import '../style/sheet.css';
import '../style/admin.css';
import '../style/unclaimed.css';

/** An invite that was opened as a link: `http://…/#MUSTER-NODE:1:…`. */
function inviteInAddress(): string {
  return /^#(MUSTER-NODE:.{1,600})$/i.exec(location.hash)?.[1] ?? '';
}

export function UnclaimedPage() {
  const [status, setStatus] = useState<BoxStatus>();
  useEffect(() => watchBox(setStatus, () => location.assign('/')), []);
  return (
    <main class="unclaimed">
      <Mark />
      {status ? (
        <Box status={status} />
      ) : (
        <p class="start-status" role="status">
          {a.box.looking}
        </p>
      )}
    </main>
  );
}

function Box({ status }: { status: BoxStatus }) {
  const { name, phase, version } = status;
  const isIdle = phase === 'waiting' || phase === 'failed';
  return (
    <div class="admin-page unclaimed-page">
      <header class="unclaimed-head">
        <h1>{a.box.title}</h1>
        <p>{a.box.why(neutralName(name))}</p>
      </header>
      <div class="stack" aria-live="polite">
        <Progress status={status} />
      </div>
      {isIdle && (
        <div class="unclaimed-ways">
          <Label status={status} />
          <GiveInvite />
        </div>
      )}
      <p class="version">{a.box.version(neutralName(version))}</p>
    </div>
  );
}

function Progress({ status }: { status: BoxStatus }) {
  const { phase, comparison, siteName, fault, claimants } = status;
  const site = neutralName(siteName) || a.box.someSite;
  return (
    <>
      {fault && (
        <div class="callout callout-warn">
          <div class="stack">
            <p>{neutralText(`${fault.message} ${fault.mend}`)}</p>
            {claimants.length > 0 && (
              <ul>
                {claimants.map((claimant) => (
                  <li key={claimant}>{neutralName(claimant)}</li>
                ))}
              </ul>
            )}
          </div>
        </div>
      )}
      {phase === 'claiming' && (
        <section class="admin-card">
          <h2>{a.box.claiming}</h2>
          <p>{a.box.claimingWhy}</p>
          <button
            type="button"
            class="quiet-button"
            onClick={() => void askBox('invite', { code: null })}
          >
            {a.box.callOff}
          </button>
        </section>
      )}
      {(phase === 'comparing' || phase === 'offered') && comparison !== '' && (
        <section class="admin-card">
          <h2>{a.box.comparing(site)}</h2>
          <Digits code={comparison} />
          {phase === 'comparing' && <p>{a.box.comparingWhy}</p>}
        </section>
      )}
      {phase === 'offered' && <Offer status={status} site={site} />}
      {phase === 'claimed' && (
        <section class="admin-card">
          <h2>{a.box.claimed(site)}</h2>
          <p>{a.box.claimedWhy}</p>
        </section>
      )}
    </>
  );
}

function Offer({ status, site }: { status: BoxStatus; site: string }) {
  const [fault, setFault] = useState<BoxFault>();
  const answer = (accept: boolean) => void askBox('answer', { accept }).then(setFault);
  return (
    <section class="admin-card">
      <h2>{a.box.offered(site)}</h2>
      <p>{a.box.offeredWhy}</p>
      <Changes changes={status.preview} />
      <p class="fault" role="alert">
        {fault && faultText(fault)}
      </p>
      <div class="row-buttons">
        <button type="button" class="danger-button" onClick={() => answer(false)}>
          {a.box.refuse}
        </button>
        <button type="button" class="main-button" onClick={() => answer(true)}>
          {a.box.accept}
        </button>
      </div>
    </section>
  );
}

function Label({ status: { code, shortCode } }: { status: BoxStatus }) {
  return (
    <section class="admin-card">
      <h2>{a.box.scan}</h2>
      <p>{a.box.scanWhy}</p>
      <CodeView text={code} label={a.box.code} drawingLabel={a.box.qrLabel} />
      <p class="unclaimed-short">
        {a.claim.shortCode} <code class="short-code">{neutralName(shortCode)}</code>
      </p>
    </section>
  );
}

function GiveInvite() {
  const [text, setText] = useState(inviteInAddress);
  const [note, setNote] = useState('');
  const give = async (event: Event) => {
    event.preventDefault();
    const fault = await askBox('invite', { code: text.trim() });
    setNote(fault ? faultText(fault) : '');
  };
  return (
    <form class="admin-card" onSubmit={give}>
      <h2>{a.box.give}</h2>
      <p>{a.box.giveWhy}</p>
      <CodeField
        label={a.box.invite}
        value={text}
        onNote={setNote}
        onInput={(value) => {
          setText(value);
          setNote('');
        }}
      />
      <p class="fault" role="alert">
        {note}
      </p>
      <button type="submit" class="main-button" disabled={text.trim() === ''}>
        {a.box.giveButton}
      </button>
    </form>
  );
}

function faultText({ message, mend }: BoxFault): string {
  return message === '' ? a.box.unreachable : neutralText(`${message} ${mend}`);
}
