/** Shows the person's key to an admin, who can then make them staff. Nothing in it is secret. */
import { encodePersonCode, fromHex } from '@muster/core';
import { s } from '../strings/sheet.en.ts';
import { longFingerprint } from '../text/fingerprint.ts';
import { SheetFrame } from '../ui/sheet.tsx';
import { CodeView } from '../ui/sheets/code-view.tsx';
import { client, model } from '../ui/ui-state.ts';

export function MyKeySheet() {
  const self = model.self.value;
  const crypto = client.value?.crypto;
  if (!self || !crypto) return null;
  const code = encodePersonCode(crypto, { key: fromHex(self.key)!, name: self.name });
  return (
    <SheetFrame title={s.myKey.title}>
      <p>{s.myKey.why}</p>
      <CodeView text={code} label={s.myKey.label} drawingLabel={s.myKey.qrLabel} />
      <dl class="facts">
        <dt>{s.settings.key}</dt>
        <dd>
          <code class="fingerprint">{longFingerprint(self.key).join(' ')}</code>
          <small>{s.myKey.compare}</small>
        </dd>
      </dl>
    </SheetFrame>
  );
}
