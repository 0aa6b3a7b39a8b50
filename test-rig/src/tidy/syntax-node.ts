/**
 * A node of the syntax tree as the tidy rules' reader sees it, and the questions it asks of one:
 * which name it bears, and whether an identifier labels, declares or uses something. No step of a
 * message's way; nothing here keeps state.
 */

export interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number }; readonly end: { line: number } };
  readonly [key: string]: unknown;
}

const functionTypes: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

export function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Identifier') return value.name as string;
  if (value.type === 'StringLiteral') return value.value as string;
  return undefined;
}

export function isFunction(node: Node): boolean {
  return functionTypes.has(node.type);
}

/** Keys of a node whose identifier only labels something, and neither uses nor declares a name. */
export function isLabel(parent: Node, key: string): boolean {
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return key === 'property' && parent.computed !== true;
    case 'ObjectProperty':
      return key === 'key' && parent.computed !== true;
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassProperty':
    case 'ClassAccessorProperty':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
    case 'TSDeclareMethod':
      return key === 'key' && parent.computed !== true;
    case 'ImportSpecifier':
      return key === 'imported';
    case 'ExportSpecifier':
      return key === 'exported';
    case 'TSQualifiedName':
      return key === 'right';
    case 'MetaProperty':
      return true;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'TSNamedTupleMember':
      return key === 'label';
    default:
      return false;
  }
}

/** Whether an identifier under this key of its parent declares a name. */
export function isDeclaration(parent: Node, key: string, inPattern: boolean): boolean {
  if (inPattern || key === 'id') return true;
  if (key === 'local') return parent.type.startsWith('Import');
  return key === 'parameters' && parent.type.startsWith('TS');
}

/** Whether identifiers below this child are names being bound: parameters and patterns. */
export function opensPattern(node: Node, key: string, inPattern: boolean): boolean {
  if (key === 'typeAnnotation' || key === 'decorators') return false;
  if (isFunction(node) || node.type === 'TSDeclareFunction') return key === 'params';
  if (node.type === 'VariableDeclarator') return key === 'id';
  if (node.type === 'CatchClause') return key === 'param';
  if (!inPattern) return false;
  if (node.type === 'AssignmentPattern') return key === 'left';
  if (node.type === 'ObjectProperty') return key === 'value';
  return true;
}

/** The name of the property that a member expression reads, when the text says it plainly. */
export function propertyOf(node: Node): string | undefined {
  const property = node.property;
  if (node.computed !== true) return nameOf(property);
  return isNode(property) && property.type === 'StringLiteral' ? nameOf(property) : undefined;
}
