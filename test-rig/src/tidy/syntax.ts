/**
 * What the tidy rules need to know of one source file: imports, functions and the names it uses,
 * read off a syntax tree (`@babel/parser`; TypeScript 7 has no parser to call in this process).
 * No step of a message's way. It resolves no scopes: a name counts as declared anywhere in a file.
 */
import { type ParserPlugin, parse } from '@babel/parser';
import type { TidyFile } from './finding.ts';
import {
  isDeclaration,
  isFunction,
  isLabel,
  isNode,
  type Node,
  nameOf,
  opensPattern,
  propertyOf,
} from './syntax-node.ts';

export interface ImportUse {
  readonly specifier: string;
  /** What is taken from it; `*` for all of it. */
  readonly names: readonly string[];
  readonly line: number;
  /** `import()` with something else than a plain string has the specifier `?`. */
  readonly dynamic: boolean;
}

export interface FunctionUse {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
  /** True for a list of tests: the function itself calls test, it, describe or suite. */
  readonly listsTests: boolean;
}

export interface NameUse {
  readonly name: string;
  /** The property read from it at once, as in `Date.now` or `globalThis['Date']`. */
  readonly member: string | undefined;
  readonly line: number;
}

export interface MemberUse {
  readonly name: string;
  readonly line: number;
}

export interface Syntax {
  readonly imports: readonly ImportUse[];
  readonly functions: readonly FunctionUse[];
  /** Names used as values or types that the file does not declare itself. */
  readonly freeNames: readonly NameUse[];
  /** Every property name read with a dot or a plain string. */
  readonly members: readonly MemberUse[];
  /** `declare const x`, `declare global`: a promise to the compiler about something outside. */
  readonly ambients: readonly number[];
}

const testCalls = new Set(['test', 'it', 'describe', 'suite']);
/** `declare` before a type or a field changes nothing at run time. */
const harmlessAmbients = /^(?:TSInterface|TSTypeAlias|ClassProperty)/;
const cache = new WeakMap<TidyFile, Syntax>();

/** Reads a source file; throws a SyntaxError where the parser does. */
export function syntaxOf(file: TidyFile): Syntax {
  const known = cache.get(file);
  if (known !== undefined) return known;
  const plugins: ParserPlugin[] = file.path.endsWith('.mjs') ? [] : ['typescript'];
  if (file.path.endsWith('.tsx')) plugins.push('jsx');
  const tree = parse(file.text ?? '', { sourceType: 'module', plugins });
  const reader = new Reader();
  reader.read(tree.program as unknown as Node, undefined, '');
  const syntax = reader.answer();
  cache.set(file, syntax);
  return syntax;
}

class Reader {
  readonly #imports: ImportUse[] = [];
  readonly #functions: { node: Node; name: string; listsTests: boolean }[] = [];
  readonly #used: NameUse[] = [];
  readonly #members: MemberUse[] = [];
  readonly #ambients: number[] = [];
  readonly #declared = new Set<string>();
  /** The functions around the node being read, innermost last. */
  readonly #around: { node: Node; name: string; listsTests: boolean }[] = [];

  answer(): Syntax {
    return {
      imports: this.#imports,
      functions: this.#functions.map(({ node, name, listsTests }) => ({
        name,
        line: node.loc.start.line,
        lines: node.loc.end.line - node.loc.start.line + 1,
        listsTests,
      })),
      freeNames: this.#used.filter(({ name }) => !this.#declared.has(name)),
      members: this.#members,
      ambients: this.#ambients,
    };
  }

  read(node: Node, parent: Node | undefined, key: string, inPattern = false): void {
    this.#noteImport(node);
    this.#noteNames(node, parent, key, inPattern);
    const entered = isFunction(node);
    if (entered) {
      const name = nameOf(node.id) ?? nameOf(node.key) ?? nameOf(parent?.id) ?? nameOf(parent?.key);
      const entry = { node, name: name ?? 'a function without a name', listsTests: false };
      this.#functions.push(entry);
      this.#around.push(entry);
    }
    for (const [childKey, value] of Object.entries(node)) {
      if (childKey === 'loc' || childKey.endsWith('Comments') || childKey === 'extra') continue;
      const children = Array.isArray(value) ? value : [value];
      for (const child of children) {
        if (isNode(child))
          this.read(child, node, childKey, opensPattern(node, childKey, inPattern));
      }
    }
    if (entered) this.#around.pop();
  }

  #noteImport(node: Node): void {
    const line = node.loc.start.line;
    const type = node.type;
    if (/^(?:Import|ExportNamed|ExportAll)Declaration$/.test(type)) {
      this.#addImport({ source: node.source, names: importedNames(node), line, dynamic: false });
    }
    // `import('x')`, as an expression and as a type.
    if (type === 'TSImportType') {
      this.#addImport({ source: node.argument, names: ['*'], line, dynamic: false });
    }
    if (node.type === 'CallExpression' && isNode(node.callee)) {
      if (node.callee.type === 'Import') {
        const [source] = node.arguments as unknown[];
        this.#addImport({ source, names: ['*'], line, dynamic: true });
      }
      const name = nameOf(node.callee) ?? propertyOf(node.callee);
      const inside = this.#around.at(-1);
      if (inside !== undefined && name !== undefined && testCalls.has(name)) {
        inside.listsTests = true;
      }
    }
  }

  #addImport(use: Omit<ImportUse, 'specifier'> & { readonly source: unknown }): void {
    const { source, names, line, dynamic } = use;
    const literal = isNode(source) && source.type === 'TSLiteralType' ? source.literal : source;
    if (literal === null || literal === undefined) return; // an export of the file's own
    const isPlain = isNode(literal) && literal.type === 'StringLiteral';
    const specifier = isPlain ? (literal.value as string) : '?';
    this.#imports.push({ specifier, names, line, dynamic });
  }

  #noteNames(node: Node, parent: Node | undefined, key: string, inPattern: boolean): void {
    const isAmbient = node.declare === true && !harmlessAmbients.test(node.type);
    if (isAmbient) this.#ambients.push(node.loc.start.line);
    if (/^(?:Optional)?MemberExpression$/.test(node.type)) {
      const name = propertyOf(node);
      if (name !== undefined) this.#members.push({ name, line: node.loc.start.line });
    }
    if (node.type === 'TSTypeParameter' && typeof node.name === 'string') {
      this.#declared.add(node.name);
    }
    if (node.type !== 'Identifier' || parent === undefined || isLabel(parent, key)) return;
    const name = node.name as string;
    if (isDeclaration(parent, key, inPattern)) this.#declared.add(name);
    else {
      const member = key === 'object' ? propertyOf(parent) : undefined;
      this.#used.push({ name, member, line: node.loc.start.line });
    }
  }
}

/** What an import or re-export takes from its module. */
function importedNames(node: Node): string[] {
  if (!Array.isArray(node.specifiers)) return ['*'];
  return node.specifiers.filter(isNode).map((specifier) => {
    const source = specifier.type === 'ExportSpecifier' ? specifier.local : specifier.imported;
    return specifier.type === 'ImportDefaultSpecifier' ? 'default' : (nameOf(source) ?? '*');
  });
}
