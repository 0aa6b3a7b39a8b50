/** Codes for people: as QR in the terminal and as picture files, with the text beside it. */
import { closeSync, fchmodSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { MusterError } from '@muster/core';
import type { CommandContext } from './context.ts';
import { qrCodeLines } from './qr-code.ts';

export interface CodeFiles {
  readonly png?: string;
  readonly svg?: string;
}

const look = { errorCorrectionLevel: 'M', margin: 4 } as const;
/** Dots a module: a phone reads it from paper and from a screen. */
const pngScale = 8;

/** SVG text of a code, for a sheet. */
export async function qrSvg(text: string): Promise<string> {
  const { default: qrcode } = await import('qrcode');
  return qrcode.toString(text, { ...look, type: 'svg' });
}

export async function writeCodeFiles(text: string, { png, svg }: CodeFiles): Promise<void> {
  const { default: qrcode } = await import('qrcode');
  if (png !== undefined) writeNew(png, await qrcode.toBuffer(text, { ...look, scale: pngScale }));
  if (svg !== undefined) writeNew(svg, await qrSvg(text));
}

/** Shows a code as QR and text, to people only. */
export async function showCode({ terminal }: CommandContext, text: string): Promise<void> {
  if (terminal.json) return;
  terminal.line();
  for (const line of await qrCodeLines(text, terminal.hasColour)) terminal.line(`  ${line}`);
  terminal.line();
  terminal.line(text);
}

/** For whoever runs the command only: most codes are secrets until they are used. */
export function writeNew(path: string, content: string | Uint8Array): void {
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      // One that was there, and readable for others, would stay so.
      if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
      writeFileSync(file, content);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = 'Choose a place where you may write.';
    throw new MusterError('file-unwritable', `${path} cannot be written (${code})`, mend);
  }
}
