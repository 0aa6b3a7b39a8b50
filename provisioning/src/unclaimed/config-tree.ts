/**
 * The configuration's text as a tree (JSON with comments and trailing commas). No step. The parser
 * behind it goes down by calling itself, so that a file of brackets alone would end the process:
 * depth is judged before.
 */
import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';

/** The settings need three; a file that goes deeper is none. */
const configDepthMax = 32;

/** SyntaxKind of jsonc-parser, which its types do not let us name. */
const Token = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, end: 17 };
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

/** Where it goes too deep; undefined where it does not. */
function tooDeepAt(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== Token.end; token = scanner.scan()) {
    if (token === Token.openBrace || token === Token.openBracket) depth += 1;
    if (token === Token.closeBrace || token === Token.closeBracket) depth -= 1;
    if (depth > configDepthMax) return scanner.getTokenOffset();
  }
  return undefined;
}
