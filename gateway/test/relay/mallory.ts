/**
 * A relay that does not keep to the rules: the real one, and between it and a gateway somebody who
 * holds the relay's key and does with each message what a test says.
 */
import type { Lane, Link } from '@muster/core';
import { createMemoryWire } from '@muster/core/testing';
import { decodeMessage } from '../../src/relay-link/decode-message.ts';
import { encodeMessage } from '../../src/relay-link/encode-message.ts';
import { MessageType, type RelayMessage } from '../../src/relay-link/message.ts';
import { MessagePipe } from '../../src/relay-link/message-pipe.ts';
import type { TestUplink } from './test-gateway.ts';
import type { TestRelay } from './world.ts';

/** What goes on in place of one message. */
export type Alter = (message: RelayMessage) => readonly RelayMessage[];

export interface MalloryOptions {
  /** From the relay to the gateway; as they are unless given. */
  readonly down?: Alter;
  readonly up?: Alter;
}

const asIs: Alter = (message) => [message];

/** Connects an uplink to a relay through Mallory. */
export function dialThrough(
  uplink: TestUplink,
  relay: TestRelay,
  { down = asIs, up = asIs }: MalloryOptions,
): void {
  const { clock } = relay.world;
  const keyA = uplink.gateway.sample.key.publicKey;
  const accept = (link: Link) => {
    const inner = createMemoryWire(clock, { keyA, keyB: relay.key.publicKey });
    const toClient: MessagePipe = new MessagePipe(link, {
      onMessage: (bytes) => send(toRelay, up(decodeMessage(bytes)!)),
      onClose: () => inner.cut(),
    });
    const toRelay = new MessagePipe(inner.a, {
      onMessage: (bytes) => send(toClient, down(decodeMessage(bytes)!)),
      onClose: (reason) => toClient.close(reason),
    });
    relay.hub.addLink(inner.b);
    toRelay.start();
    toClient.start();
  };
  uplink.dialTo(accept, relay.key.publicKey);
}

export function send(pipe: MessagePipe, messages: readonly RelayMessage[]): void {
  for (const message of messages) pipe.send(laneOf(message), encodeMessage(message));
}

/** All on one stream, as far as order matters: bundles behind what was said before them. */
function laneOf(message: RelayMessage): Lane {
  return message.type === MessageType.bundle ? 1 : 0;
}
