/** Says plainly what is protected, up to where, at this address. */
import { t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { ShieldIcon, WarnIcon } from '../icons.tsx';
import { SheetFrame } from '../sheet.tsx';
import { model, offers } from '../ui-state.ts';

export function SafetySheet() {
  return (
    <SheetFrame title={s.safety.title}>
      <p class={`callout ${offers.secure ? 'callout-good' : 'callout-warn'}`}>
        {offers.secure ? <ShieldIcon /> : <WarnIcon />}
        <span>{s.safety.way[offers.way]}</span>
      </p>
      {!model.persistent.value && (
        <p class="callout callout-warn">
          <WarnIcon />
          <span>{t.safety.memory}</span>
        </p>
      )}
      <h3>{s.safety.signedTitle}</h3>
      <p>{s.safety.signed}</p>
      <h3>{s.safety.publicTitle}</h3>
      <p>{s.safety.public}</p>
      <p>{s.safety.private}</p>
      <h3>{s.safety.namesTitle}</h3>
      <p>{s.safety.names}</p>
      <h3>{s.safety.nodeTitle}</h3>
      <p>{s.safety.node}</p>
      <h3>{s.safety.keysTitle}</h3>
      <p>{s.safety.keys}</p>
    </SheetFrame>
  );
}
