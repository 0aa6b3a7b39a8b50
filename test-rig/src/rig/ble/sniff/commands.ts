/** The HCI commands by which a controller is told what to send (Core 5.4, vol 4 part E, 7.8). */
export const commands = {
  reset: 0x0c03,
  address: 0x2005,
  shape: 0x2006,
  data: 0x2008,
  answer: 0x2009,
  advertise: 0x200a,
  scanShape: 0x200b,
  scan: 0x200c,
  connect: 0x200d,
} as const;

/** Other ways to say something on air, of controllers with extended advertising: not read here. */
export const unread: ReadonlySet<number> = new Set([
  ...[0x2035, 0x2036, 0x2037, 0x2038, 0x2039, 0x203e, 0x203f, 0x2040, 0x2041, 0x2042, 0x2043],
]);

/** Opcode, length, parameters. */
export const commandHeadBytes = 3;

export function opcodeOf(bytes: Uint8Array): number {
  return bytes[0]! | (bytes[1]! << 8);
}

/** Of Command Complete with success: the command that is done. */
export function doneBy(event: Uint8Array): number | undefined {
  const isComplete = event[0] === 0x0e && event.length >= 6 && event[5] === 0;
  return isComplete ? opcodeOf(event.subarray(3)) : undefined;
}
