/**
 * Shows the sheet that is open. The sheets come in a chunk of their own, asked for as soon as the
 * page has shown, so that they are there when the node is not.
 */

import { signal } from '@preact/signals';
import { sheet } from './ui-state.ts';

export const sheets = signal<typeof import('./sheets/all-sheets.tsx') | undefined>(undefined);

export async function loadSheets(): Promise<void> {
  sheets.value ??= await import('./sheets/all-sheets.tsx');
}

export function OpenSheet() {
  const open = sheet.value;
  const OneSheet = sheets.value?.OneSheet;
  if (!open) return null;
  if (OneSheet) return <OneSheet open={open} />;
  void loadSheets().catch(() => undefined);
  return null;
}
