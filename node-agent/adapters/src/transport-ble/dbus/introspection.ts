/**
 * What can be called at a path, as XML (D-Bus Specification, "Introspection Data Format"). Below
 * step 4 of a message's way. Names and signatures have no character that XML minds.
 */
import type { Interfaces, ObjectTree } from './object-tree.ts';
import { parseSignature } from './signature.ts';
import type { DBusMethod } from './types.ts';

const doctype = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">`;

/** `standard`: what every path has besides its own interfaces. */
export function introspectionOf(tree: ObjectTree, path: string, standard: Interfaces): string {
  const interfaces = Object.entries({ ...tree.at(path), ...standard });
  const lines = interfaces.flatMap(([name, { methods = {}, properties = {} }]) => [
    ` <interface name="${name}">`,
    ...Object.entries(methods).flatMap(([member, method]) => methodLines(member, method)),
    ...Object.entries(properties).map(([property, { signature, set }]) => {
      const access = set === undefined ? 'read' : 'readwrite';
      return `  <property name="${property}" type="${signature}" access="${access}"/>`;
    }),
    ' </interface>',
  ]);
  const children = [...tree.childrenOf(path)].map((name) => ` <node name="${name}"/>`);
  return [doctype, '<node>', ...lines, ...children, '</node>', ''].join('\n');
}

function methodLines(member: string, { in: args, out }: DBusMethod): string[] {
  return [
    `  <method name="${member}">`,
    ...completeTypes(args).map((type) => `   <arg type="${type}" direction="in"/>`),
    ...completeTypes(out).map((type) => `   <arg type="${type}" direction="out"/>`),
    '  </method>',
  ];
}

/** A signature cut into its complete types. */
function completeTypes(signature: string): string[] {
  const types: string[] = [];
  let start = 0;
  for (let end = 1; end <= signature.length; end += 1) {
    const part = signature.slice(start, end);
    if (parseSignature(part)?.length !== 1) continue;
    types.push(part);
    start = end;
  }
  return types;
}
