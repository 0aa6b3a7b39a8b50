/**
 * Shows the sheet that is open. The sheets come in a chunk of their own, asked for as soon as the
 * page has shown, so that they are there when the node is not.
 */

import { signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { type Sheet, sheet } from './ui-state.ts';

const loaded = signal<FunctionComponent<{ open: Sheet }> | undefined>(undefined);

export async function loadSheets(): Promise<void> {
  if (loaded.value) return;
  const { OneSheet } = await import('./sheets/all-sheets.tsx');
  loaded.value = OneSheet;
}

export function OpenSheet() {
  const open = sheet.value;
  const OneSheet = loaded.value;
  if (!open) return null;
  if (OneSheet) return <OneSheet open={open} />;
  void loadSheets().catch(() => undefined);
  return null;
}
