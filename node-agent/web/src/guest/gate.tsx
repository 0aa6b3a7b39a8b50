/**
 * What a guest can do to be let in: show a pass, from a photo, the camera or pasted text; or wait
 * until staff say yes. It follows what the node answers, live.
 */
import { useState } from 'preact/hooks';
import type { Gate as GateState } from '../app/view-model.ts';
import { s } from '../strings/sheet.en.ts';
import { neutralName } from '../text/neutral.ts';
import { passIn } from '../ui/route.ts';
import { QrInputs } from '../ui/sheets/qr-inputs.tsx';
import { client, model } from '../ui/ui-state.ts';

const asksForPass: readonly GateState['kind'][] = [
  'pass-needed',
  'pass-wrong',
  'pass-expired',
  'pass-used-up',
];

export function Gate() {
  const gate = model.gate.value;
  const site = neutralName(model.siteName.value);
  if (!gate) return null;
  if (gate.kind === 'waiting') {
    return (
      <>
        <h1>{s.gate.waitTitle}</h1>
        <p class="gate-place" role="status">
          {s.gate.place(gate.place)}
        </p>
        <p class="start-why">{s.gate.waitWhy(site)}</p>
      </>
    );
  }
  if (asksForPass.includes(gate.kind)) return <PassForm site={site} state={gate.kind} />;
  return (
    <>
      <h1>{s.gate.refusedTitle}</h1>
      <p role="status">{s.offlineWhy[gate.kind]}</p>
      <button type="button" class="main-button" onClick={() => client.value?.connection.retryNow()}>
        {s.gate.askAgain}
      </button>
    </>
  );
}

function PassForm({ site, state }: { site: string; state: GateState['kind'] }) {
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const trying = model.connection.value.kind === 'connecting';
  const fault = state === 'pass-needed' ? '' : s.offlineWhy[state];
  const show = (read: string) => {
    const pass = passIn(read);
    setNote(pass === undefined ? s.gate.notAPass : '');
    if (pass !== undefined) void client.value?.usePass(pass);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        show(text);
      }}
    >
      <h1>{s.gate.passTitle}</h1>
      <p class="start-why">{s.gate.passWhy(site)}</p>
      <QrInputs onFound={show} onNote={setNote} />
      <label class="field">
        <span class="field-label">{s.gate.passLabel}</span>
        <input
          value={text}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          aria-describedby="gate-note"
          onInput={(event) => {
            setText(event.currentTarget.value);
            setNote('');
          }}
        />
      </label>
      <p class="fault" id="gate-note" role="alert">
        {trying ? '' : note || fault}
      </p>
      <button type="submit" class="main-button" disabled={trying}>
        {trying ? s.gate.trying : s.gate.goIn}
      </button>
    </form>
  );
}
