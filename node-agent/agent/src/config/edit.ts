/**
 * Changes one value in the owner's configuration file and leaves everything else in it, comments
 * too, as it stands. Durable: a power cut leaves the old file or the new one.
 */
import { readIfThere, writeDurably } from '@muster/provisioning';
import { applyEdits, modify } from 'jsonc-parser';
import { type SettingName, settings } from './schema.ts';
import { configTemplate } from './template.ts';

export function editConfig(file: string, name: SettingName, value: unknown): void {
  const text = readIfThere(file) ?? configTemplate();
  const formattingOptions = { insertSpaces: true, tabSize: 2 };
  const edits = modify(text, settings[name].path.split('.'), value, { formattingOptions });
  writeDurably(file, applyEdits(text, edits), { mode: 0o644 });
}
