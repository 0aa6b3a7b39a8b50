/**
 * Values of D-Bus in JavaScript: y n q i u d h are numbers, x t bigints, b a boolean, s o g texts,
 * `ay` octets of their own memory, other arrays and structs arrays, a dictionary a Map (the later
 * of two equal keys holds), a variant its signature and value. Below step 4 of a message's way.
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
