/**
 * What the layer above sees of D-Bus: calls, signals, names and objects of its own. Below step 4 of
 * a message's way. Everything that the bus says is a value or a DBusError.
 */
import type { Clock, Logger } from '@muster/core';
import type { DBusError } from './error.ts';
import type { DBusValue, DBusVariant } from './values.ts';

export interface DBusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Of `body`; without it there are no arguments. */
  readonly signature?: string;
  readonly body?: readonly DBusValue[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface DBusSignal {
  /** Unique name of who sent it; '' where the bus does not say. */
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly DBusValue[];
}

/** Which signals; what is left out may be anything. */
export interface DBusMatch {
  /** Unique or well-known; without it anybody on the bus can send what matches. */
  readonly sender?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly path?: string;
  /** The path itself, and all below it. */
  readonly pathNamespace?: string;
}

export interface DBusMethod {
  /** Signatures of the arguments and of the answer; calls with others never reach `run`. */
  readonly in: string;
  readonly out: string;
  /** A DBusError with an `errorName` is answered as such, whatever else it throws as Failed. */
  run(
    args: readonly DBusValue[],
    sender: string,
  ): readonly DBusValue[] | Promise<readonly DBusValue[]>;
}

export interface DBusProperty {
  readonly signature: string;
  get(): DBusValue;
  /** Without it the property is read only. A DBusError with an `errorName` is answered as such. */
  set?(value: DBusValue): void | Promise<void>;
}

export interface DBusInterface {
  readonly methods?: Readonly<Record<string, DBusMethod>>;
  readonly properties?: Readonly<Record<string, DBusProperty>>;
}

/** Properties, Introspectable, Peer and ObjectManager are answered by the connection itself. */
export interface DBusExport {
  readonly interfaces: Readonly<Record<string, DBusInterface>>;
}

export interface DBusConnection {
  /** As in `:1.42`. */
  readonly uniqueName: string;
  /**
   * The values of the answer; rejects with a DBusError. Starts no program that does not run. What
   * was sent after the answer is told after whoever awaits it has gone on.
   */
  call(call: DBusCall): Promise<readonly DBusValue[]>;
  /** A call that is not answered, whatever becomes of it; `timeoutMs` and `signal` mean nothing. */
  send(call: DBusCall): void;
  /** From when it resolves until the function that it gives is called. */
  subscribe(match: DBusMatch, run: (signal: DBusSignal) => void): Promise<() => void>;
  /** `run` hears the owner's unique name before this resolves, and then of each change. */
  watchName(name: string, run: (owner: string | undefined) => void): Promise<() => void>;
  /** Until the function that it gives is called. GetManagedObjects lists what is below a path. */
  export(path: string, object: DBusExport): () => void;
  emit(
    path: string,
    interface_: string,
    member: string,
    signature: string,
    body: readonly DBusValue[],
  ): void;
  emitPropertiesChanged(
    path: string,
    interface_: string,
    changed: Readonly<Record<string, DBusVariant>>,
  ): void;
  /** Bytes that the bus has not taken yet. */
  readonly writeBufferLength: number;
  /** It has fallen behind: `onDrain` will be called. */
  readonly isBehind: boolean;
  /** Each time that it has taken all after it had fallen behind. */
  onDrain(run: () => void): () => void;
  /** Everything that waits rejects; `onClose` is not called. */
  close(): void;
}

export interface DBusOptions {
  /** Socket of the bus; /run/dbus/system_bus_socket when left out. */
  readonly path?: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Once, when an open connection ends by anything but `close`. */
  readonly onClose: (error: DBusError) => void;
}
