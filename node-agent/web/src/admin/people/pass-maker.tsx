/** Guest passes that the admin signs: good at every node, to print and hang up at the door. */
import { useState } from 'preact/hooks';
import { UsesField } from '../../guest/uses-field.tsx';
import { s } from '../../strings/sheet.en.ts';
import { m } from '../../strings/site.en.ts';
import { passLink } from '../../ui/route.ts';
import { CodeView } from '../../ui/sheets/code-view.tsx';
import type { AdminSession } from '../session/admin-session.ts';

export function PassMaker({ session }: { session: AdminSession }) {
  const [uses, setUses] = useState(50);
  const [link, setLink] = useState('');
  const { epoch } = session.trust.value.book;
  const make = () => setLink(passLink(session.makePass({ usesMax: uses, epoch })));
  return (
    <section class="admin-card" aria-labelledby="pass-title">
      <h2 id="pass-title">{s.pass.make}</h2>
      <p>{s.pass.why}</p>
      <UsesField uses={uses} onUses={setUses} />
      <button type="button" class="quiet-button" onClick={make}>
        {s.pass.make}
      </button>
      {link !== '' && (
        <>
          <p>{m.people.passUntil(epoch)}</p>
          <CodeView text={link} label={s.pass.link} drawingLabel={s.pass.qrLabel} />
        </>
      )}
    </section>
  );
}
