/**
 * An extension that stands where the gateway stands: it takes in what other sites wrote, and writes
 * as the node. Tests call it directly, or over the control socket of an agent of its own process.
 */
import {
  BundleKind,
  type CarriedBundle,
  encodeMessage,
  fromBase64url,
  type PutAnswer,
} from '@muster/core';
import type { AgentExtension, AgentHost, ControlCommand } from '../../src/extension.ts';

const bytes = (value: unknown): Uint8Array => fromBase64url(String(value)) ?? new Uint8Array(0);

export class Uplink implements AgentExtension {
  readonly name = 'uplink';
  #host: AgentHost | undefined;

  readonly commands: Readonly<Record<string, ControlCommand>> = {
    'uplink.bring': ({ signed, signature, ticket }) =>
      this.bring({
        signed: bytes(signed),
        signature: bytes(signature),
        ticket: bytes(ticket),
        ageMs: 0,
        hops: 1,
      }),
    'uplink.write': ({ tag, client, name, text }) =>
      this.writeFor(String(client), {
        tag: bytes(tag),
        name: String(name),
        text: String(text),
      }),
  };

  get host(): AgentHost {
    return this.#host!;
  }

  async start(host: AgentHost): Promise<void> {
    this.#host = host;
  }

  async stop(): Promise<void> {}

  bring(bundle: CarriedBundle): Promise<PutAnswer> {
    return new Promise((resolve) => this.host.node.takeFromUplink(bundle, resolve));
  }

  /** Signs a message on behalf of an MQTT client. */
  writeFor(
    client: string,
    what: { readonly tag: Uint8Array; readonly name: string; readonly text: string },
  ): Promise<PutAnswer> {
    const { tag, name, text } = what;
    const via = { kind: 'mqtt', client, ref: new Uint8Array(8) } as const;
    const payload = encodeMessage({ name, text, via });
    const draft = { kind: BundleKind.message, tag, payload };
    return new Promise((resolve) => this.host.author.write(draft, resolve));
  }
}
