/**
 * Values of D-Bus in JavaScript: y n q i u d h are numbers, x t bigints, b a boolean, s o g strings,
 * `ay` octets of their own memory, other arrays and structs arrays, a dictionary a Map (of two equal
 * keys the later holds), a variant its signature and value.
 */
export interface DBusVariant {
  /** One complete type. */
  readonly signature: string;
  readonly value: DBusValue;
}

export type DBusValue =
  | number
  | bigint
  | string
  | boolean
  | Uint8Array
  | DBusVariant
  | readonly DBusValue[]
  | ReadonlyMap<DBusValue, DBusValue>;
