/** The key was copied or its chain forked: says so, and lets the person begin again. */
import { t } from '../../strings/index.ts';
import { s } from '../../strings/sheet.en.ts';
import { SheetFrame } from '../sheet.tsx';
import { client, model } from '../ui-state.ts';

export function FrozenSheet() {
  const begin = async () => {
    const name = model.self.value?.name ?? '';
    await client.value?.beginAnew(name);
    location.reload();
  };
  return (
    <SheetFrame title={t.frozen.title}>
      <p>{s.frozen.why}</p>
      <button type="button" class="main-button" onClick={() => void begin()}>
        {s.frozen.button}
      </button>
    </SheetFrame>
  );
}
