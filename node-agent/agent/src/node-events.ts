/**
 * What the node tells, handed to all parts of the agent that want it: bundles on disk, neighbours,
 * trust and policy. Decides nothing.
 */
import type { NodeEvents } from '@muster/core';
import type { JoinedAdmin } from './admin/join-admin.ts';
import type { NodeAuthor } from './author/own-author.ts';
import type { ChannelWatch } from './channels/channel-watch.ts';
import type { Extensions } from './extensions.ts';
import type { Hub } from './socket/hub.ts';

export interface Hearers {
  readonly channels: ChannelWatch;
  readonly hub: Hub;
  readonly author: NodeAuthor;
  readonly admin: JoinedAdmin;
  readonly extensions: Extensions;
}

export function nodeEvents({ channels, hub, author, admin, extensions }: Hearers): NodeEvents {
  return {
    onBundle: (bundle) => {
      channels.onBundle(bundle);
      hub.onBundle(bundle);
      author.onBundle(bundle);
      admin.onBundle(bundle);
      extensions.onBundle(bundle);
    },
    onHeld: (id, nodes) => hub.onHeld(id, nodes),
    onNeighbours: () => {
      hub.onNeighbours();
      admin.onChange();
      extensions.onNeighbours();
    },
    onPolicy: (policy) => {
      channels.onPolicy();
      extensions.onPolicy(policy);
    },
    onTrust: () => {
      hub.onTrust();
      admin.onChange();
    },
    onAct: (act, bundle) => admin.side.onAct(act, bundle),
    onClone: () => admin.onChange(),
  };
}
