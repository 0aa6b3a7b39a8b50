/**
 * One act of the trail as a sentence. The parameters come from whichever admin wrote them: they are
 * read strictly and shown as inert text; an act that this page does not know shows its own name.
 */
import { fromBase64url, toHex } from '@muster/core';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import type { ActEntry } from '../session/admin-session.ts';

export interface ActWords {
  readonly what: string;
  /** Key in hex of the node at which the admin was; undefined when it is not said. */
  readonly via: string | undefined;
}

type Params = Readonly<Record<string, unknown>>;

export function paramsOf({ act }: Pick<ActEntry, 'act'>): Params {
  try {
    const params: unknown = JSON.parse(act.params);
    const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
    return isObject ? (params as Params) : {};
  } catch {
    return {};
  }
}

/** `nameOf`: what the page calls a node, by its key in hex. */
export function actWords(entry: ActEntry, nameOf: (keyHex: string) => string): ActWords {
  const params = paramsOf(entry);
  const node = entry.act.node.length === 0 ? '' : nameOf(toHex(entry.act.node));
  const { command } = entry.act;
  const what = sentences.get(command)?.(params, node) ?? m.act.other(neutralName(command), node);
  return { what, via: keyOf(params.via) };
}

const text = (value: unknown): string => (typeof value === 'string' ? neutralName(value) : '');
const called = (params: Params): string =>
  text(params.label) || text(params.name) || (keyOf(params.key)?.slice(0, 8) ?? m.act.somebody);

function keyOf(value: unknown): string | undefined {
  const bytes = typeof value === 'string' ? fromBase64url(value) : undefined;
  return bytes?.length === 32 ? toHex(bytes) : undefined;
}

/** A map, because a command named like a member of every object must find nothing. */
const sentences = new Map<string, (params: Params, node: string) => string>(
  Object.entries({
    'list.set': (params: Params) =>
      params.key === undefined && typeof params.epoch === 'number'
        ? m.act.epoch(params.epoch)
        : m.act.revoked(called(params)),
    'rules.set': () => m.act.rules,
    'policy.set': () => m.act.policy,
    'node.certify': (params: Params) => m.act.certified(called(params)),
    'node.claimed': (params: Params) => m.act.claimed(called(params)),
    'admin.certified': (params: Params) => m.act.admin(called(params)),
    'person.ticket': (params: Params) => m.act.ticket(called(params), text(params.role)),
    'node.restart': (_: Params, node: string) => m.act.restart(node),
    'node.rename': (params: Params, node: string) => m.act.rename(node, text(params.name)),
    'node.reset': (_: Params, node: string) => m.act.reset(node),
    'node.move': (_: Params, node: string) => m.act.move(node),
    'mqtt.client.add': (params: Params, node: string) => m.act.mqttAdd(text(params.name), node),
    'mqtt.client.revoke': (params: Params, node: string) =>
      m.act.mqttRevoke(text(params.name), node),
    'mqtt.client.list': (_: Params, node: string) => m.act.mqttList(node),
    'uplink.pause': (params: Params, node: string) =>
      m.act.uplink(m.act.paused, text(params.name), node),
    'uplink.resume': (params: Params, node: string) =>
      m.act.uplink(m.act.resumed, text(params.name), node),
  }),
);
