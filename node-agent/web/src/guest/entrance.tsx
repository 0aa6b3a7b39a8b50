/**
 * The page of somebody who is not let in yet. What it shows comes in the chunk of the sheets: most
 * people never see it.
 */
import { useEffect } from 'preact/hooks';
import { Mark } from '../ui/icons.tsx';
import { loadSheets, sheets } from '../ui/open-sheet.tsx';

export function Entrance() {
  useEffect(() => void loadSheets().catch(() => undefined), []);
  const Gate = sheets.value?.Gate;
  return (
    <main class="start">
      <Mark />
      <div class="start-card">{Gate && <Gate />}</div>
    </main>
  );
}
