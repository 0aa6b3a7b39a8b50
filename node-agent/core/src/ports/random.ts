/**
 * The only source of entropy in the core. In life a CSPRNG, in the simulator a seeded generator.
 */
export interface Random {
  /** `length` fresh bytes. */
  bytes(length: number): Uint8Array;
}
