/**
 * The interfaces that every path of ours has (D-Bus Specification, "Standard Interfaces"). Below
 * step 4 of a message's way. Whatever is asked for and is not there has an error with a name.
 */
import { DBusError } from './error.ts';
import { introspectionOf } from './introspection.ts';
import type { Interfaces, ObjectTree } from './object-tree.ts';
import type { DBusInterface, DBusProperty } from './types.ts';
import type { DBusValue, DBusVariant } from './values.ts';

export const peerInterface = 'org.freedesktop.DBus.Peer';

export function standardInterfaces(tree: ObjectTree, path: string): Interfaces {
  const standard: Interfaces = {
    [peerInterface]: { methods: { Ping: { in: '', out: '', run: () => [] } } },
    'org.freedesktop.DBus.Introspectable': {
      methods: {
        Introspect: { in: '', out: 's', run: () => [introspectionOf(tree, path, standard)] },
      },
    },
    'org.freedesktop.DBus.Properties': propertiesOf(tree, path),
    'org.freedesktop.DBus.ObjectManager': {
      methods: {
        GetManagedObjects: { in: '', out: 'a{oa{sa{sv}}}', run: () => [managedBelow(tree, path)] },
      },
    },
  };
  return standard;
}

function propertiesOf(tree: ObjectTree, path: string): DBusInterface {
  const find = (args: readonly DBusValue[]): DBusProperty => {
    const [name, property] = args as readonly [string, string];
    const properties = propertiesAt(tree, path, name);
    if (!Object.hasOwn(properties, property)) throw named('UnknownProperty', property);
    return properties[property]!;
  };
  return {
    methods: {
      Get: { in: 'ss', out: 'v', run: (args) => [read(find(args))] },
      GetAll: {
        in: 's',
        out: 'a{sv}',
        run: ([name]) => [readAll(propertiesAt(tree, path, name as string))],
      },
      Set: {
        in: 'ssv',
        out: '',
        async run(args) {
          const [property, { signature, value }] = [find(args), args[2] as DBusVariant];
          if (property.set === undefined) throw named('PropertyReadOnly', args[1] as string);
          if (signature !== property.signature) throw named('InvalidArgs', signature);
          await property.set(value);
          return [];
        },
      },
    },
  };
}

/** Of an interface at a path; the standard ones have none. */
function propertiesAt(
  tree: ObjectTree,
  path: string,
  name: string,
): Readonly<Record<string, DBusProperty>> {
  const interfaces = tree.at(path) ?? {};
  if (Object.hasOwn(interfaces, name)) return interfaces[name]!.properties ?? {};
  if (Object.hasOwn(standardInterfaces(tree, path), name)) return {};
  throw named('UnknownInterface', name);
}

function managedBelow(tree: ObjectTree, path: string): DBusValue {
  return new Map(
    tree.below(path).map(([each, interfaces]) => {
      const all = Object.entries(interfaces).map(
        ([name, { properties = {} }]) => [name, readAll(properties)] as const,
      );
      return [each, new Map(all)];
    }),
  );
}

function readAll(properties: Readonly<Record<string, DBusProperty>>): Map<string, DBusVariant> {
  return new Map(Object.entries(properties).map(([name, property]) => [name, read(property)]));
}

function read(property: DBusProperty): DBusVariant {
  return { signature: property.signature, value: property.get() };
}

function named(error: string, what: string): DBusError {
  const errorName = `org.freedesktop.DBus.Error.${error}`;
  return new DBusError('remote', what, { errorName });
}
