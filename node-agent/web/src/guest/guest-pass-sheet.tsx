/** For staff: makes a guest pass at their node, and shows it as a QR code to hold up or print. */
import { useState } from 'preact/hooks';
import { s } from '../strings/sheet.en.ts';
import { passLink } from '../ui/route.ts';
import { SheetFrame } from '../ui/sheet.tsx';
import { CodeView } from '../ui/sheets/code-view.tsx';
import { client } from '../ui/ui-state.ts';
import { UsesField } from './uses-field.tsx';

export function GuestPassSheet() {
  const [uses, setUses] = useState(50);
  const [link, setLink] = useState('');
  const [note, setNote] = useState('');
  const make = async (event: Event) => {
    event.preventDefault();
    setNote(s.pass.making);
    const text = await client.value?.admission.makePass(uses);
    setNote(text === undefined ? s.pass.failed : '');
    if (text !== undefined) setLink(passLink(text));
  };
  return (
    <SheetFrame title={s.pass.make}>
      {link === '' ? (
        <form class="stack" onSubmit={make}>
          <p>{s.pass.why}</p>
          <UsesField uses={uses} onUses={setUses} />
          <p class="fault" role="alert">
            {note}
          </p>
          <button type="submit" class="main-button">
            {s.pass.make}
          </button>
        </form>
      ) : (
        <>
          <p>{s.pass.show(uses)}</p>
          <CodeView text={link} label={s.pass.link} drawingLabel={s.pass.qrLabel} />
        </>
      )}
    </SheetFrame>
  );
}
