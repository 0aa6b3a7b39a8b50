/**
 * What the targets of agent, gateway and provisioning share: seeds and dictionaries out of texts
 * and JSON values, and the one judge of a MusterError. Draws nothing.
 */
import { concat, MusterError, utf8 } from '@muster/core';
import { broken } from '../target.ts';

const errorCharsMax = 2_000;

/** Texts as they are, anything else as JSON. */
export function inputsOf(...values: readonly unknown[]): readonly Uint8Array[] {
  return values.map((value) => utf8(typeof value === 'string' ? value : JSON.stringify(value)));
}

export function wordsOf(...words: readonly string[]): readonly Uint8Array[] {
  return words.map((word) => utf8(word));
}

export function textOf(input: Uint8Array): string {
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('utf8');
}

/** An input of a target that takes several kinds: the content, and the kind as its last line. */
export function inputOf(kind: string, content: Uint8Array | string): Uint8Array {
  const octets = typeof content === 'string' ? utf8(content) : content;
  return concat(octets, utf8(`\n${kind}`));
}

/** One of the kinds, whatever became of the last line, so that no change is wasted on it. */
export function splitInput(
  input: Uint8Array,
  kinds: readonly string[],
): readonly [kind: string, content: Uint8Array] {
  const at = input.lastIndexOf(10);
  const last = input.subarray(at + 1);
  const named = textOf(last);
  const content = input.subarray(0, Math.max(0, at));
  if (kinds.includes(named)) return [named, content];
  const sum = last.reduce((all, octet) => all + octet, last.length);
  return [kinds[sum % kinds.length]!, content];
}

/**
 * The code of a MusterError that people can act on; any other error is thrown on. `secret` is the
 * text of which nothing may stand in an error.
 */
export function typedReason(error: unknown, secret = ''): string {
  if (!(error instanceof MusterError)) throw error;
  const { code, message, mend } = error;
  if (code === '' || message === '' || mend === '') broken(`an error without a mend: ${code}`);
  const said = `${message} ${mend}`;
  if (said.length > errorCharsMax) broken(`an error of ${said.length} characters: ${code}`);
  const leaked = secret.match(/[A-Za-z0-9_-]{16,}/g)?.find((run) => said.includes(run));
  if (leaked !== undefined) broken(`${code} shows what stands in the file`);
  return code;
}
