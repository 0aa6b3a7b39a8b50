/**
 * The configuration's text as a tree (JSON with comments and trailing commas). No step. The parser
 * behind it goes down by calling itself, so that a file of brackets alone would end the process:
 * depth is judged before.
 */
import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';

/** The settings need three; a file that goes deeper is none. */
const configDepthMax = 32;

/** SyntaxKind of jsonc-parser, which its types do not let us name. */
const end = 17;
/** What opens, and what closes it. */
const closers: ReadonlyMap<number, number> = new Map([
  [1, 2],
  [3, 4],
]);
/** ParseErrorCode.InvalidSymbol of jsonc-parser. */
const invalidSymbol = 1;

/** As `parseTree` of jsonc-parser; undefined with an error for a text that is nested too deep. */
export function configTree(text: string, errors: ParseError[] = []): Node | undefined {
  const offset = tooDeepAt(text);
  if (offset === undefined) {
    return parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  }
  errors.push({ error: invalidSymbol, offset, length: 1 });
  return undefined;
}

/**
 * Where it goes too deep; undefined where it does not. A bracket that closes nothing, or another
 * kind than the last one open, does not count: the parser passes over it, and stays as deep.
 */
function tooDeepAt(text: string): number | undefined {
  const scanner = createScanner(text, true);
  /** Of the brackets that are open, what closes them. */
  const open: number[] = [];
  for (let token: number = scanner.scan(); token !== end; token = scanner.scan()) {
    const closer = closers.get(token);
    if (closer !== undefined) open.push(closer);
    else if (token === open.at(-1)) open.pop();
    if (open.length > configDepthMax) return scanner.getTokenOffset();
  }
  return undefined;
}
