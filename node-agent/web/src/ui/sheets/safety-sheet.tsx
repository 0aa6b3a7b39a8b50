/** Says plainly what is protected, up to where, at this address. */
import { t } from '../../strings/index.ts';
import { ShieldIcon, WarnIcon } from '../icons.tsx';
import { SheetFrame } from '../sheet.tsx';
import { model, offers } from '../ui-state.ts';

export function SafetySheet() {
  return (
    <SheetFrame title={t.safety.title}>
      <p class={`callout ${offers.secure ? 'callout-good' : 'callout-warn'}`}>
        {offers.secure ? <ShieldIcon /> : <WarnIcon />}
        <span>{t.safety.way[offers.way]}</span>
      </p>
      {!model.persistent.value && (
        <p class="callout callout-warn">
          <WarnIcon />
          <span>{t.safety.memory}</span>
        </p>
      )}
      <h3>{t.safety.signedTitle}</h3>
      <p>{t.safety.signed}</p>
      <h3>{t.safety.publicTitle}</h3>
      <p>{t.safety.public}</p>
      <p>{t.safety.private}</p>
      <h3>{t.safety.namesTitle}</h3>
      <p>{t.safety.names}</p>
      <h3>{t.safety.nodeTitle}</h3>
      <p>{t.safety.node}</p>
      <h3>{t.safety.keysTitle}</h3>
      <p>{t.safety.keys}</p>
    </SheetFrame>
  );
}
