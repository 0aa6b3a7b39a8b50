/** What the battery attacks: a broker in a process of its own; its data folder outlives it. */
export interface Credential {
  readonly name: string;
  readonly password: string;
}

export interface Credentials {
  /** Reads and writes `attack/#`. */
  readonly attacker: Credential;
  /** Reads and writes `honest/#`. */
  readonly honest: Credential;
  /** Reads and writes `tools/#`. */
  readonly tools: Credential;
}

export interface Target {
  readonly pid: number;
  readonly ports: { readonly mqtt: number; readonly tls: number; readonly webSocket: number };
  readonly credentials: Credentials;
  /** The certificate of the site's authority, for clients that verify. */
  readonly caFile: string;
  /** What the process said so far: why, if it fell. */
  said(): string;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}
