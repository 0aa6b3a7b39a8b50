/**
 * The bytes of one MQTT client, whatever carries them: a TCP or TLS socket, or a WebSocket. One
 * write at a time is under way, so that its progress can be watched.
 */
export interface Wire {
  /** IP address of the other side. */
  readonly address: string;
  /** Tells once these bytes were taken from us; never synchronously. */
  write(bytes: Buffer, onTaken: () => void): void;
  /** Stops and goes on reading. */
  pause(): void;
  resume(): void;
  /** Closes after what was written. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
  /** Set by whoever uses it, before the first byte. */
  events: WireEvents;
}

/** Before anyone listens. */
export const unheard: WireEvents = { onBytes() {}, onClose() {} };

export interface WireEvents {
  onBytes(chunk: Buffer): void;
  /** Last of all, once. */
  onClose(): void;
}
