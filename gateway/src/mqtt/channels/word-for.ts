/** The word of a number in one of the core's tables, such as `urgent` for lane 0. Step 6. */
export function wordFor<T extends Readonly<Record<string, number>>>(
  table: T,
  value: number,
): keyof T & string {
  for (const word in table) if (table[word] === value) return word;
  throw new RangeError(`${value} has no word`);
}
