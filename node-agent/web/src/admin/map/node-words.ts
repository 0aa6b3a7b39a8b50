/** What a node's figures mean, in words: shared by the map, the list and a node's page. */
import { fromBase64url, type NodeReport, type ReportedLink, toHex } from '@muster/core';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import type { NodeView } from '../session/site-view.ts';

/** As the site certified it; until that is known, as the node calls itself. */
export function nameOf({ name, report, key }: NodeView): string {
  return neutralName(name) || neutralName(report?.name ?? '') || key.slice(0, 8);
}

export type NodeState = 'well' | 'warning' | 'problem' | 'unheard' | 'revoked';

export function stateOf(node: NodeView, severities: readonly string[]): NodeState {
  if (node.revoked) return 'revoked';
  if (!node.report) return 'unheard';
  if (severities.includes('problem')) return 'problem';
  return severities.length > 0 ? 'warning' : 'well';
}

export function neighbourHex({ key }: ReportedLink): string {
  return toHex(fromBase64url(key) ?? new Uint8Array(0));
}

/** Bytes that wait for a link, of all lanes. */
export function queuedOf({ queuedBytes }: ReportedLink): number {
  return queuedBytes.urgent + queuedBytes.normal + queuedBytes.bulk;
}

const crowdedBytesMin = 256 * 1024;

export type LinkQuality = 'good' | 'crowded' | 'catching-up' | 'greeting';

/** How well a link keeps up; nothing measures the air itself. */
export function qualityOf(link: ReportedLink): LinkQuality {
  if (link.state === 'greeting') return 'greeting';
  if (link.state === 'reconciling') return 'catching-up';
  return queuedOf(link) > crowdedBytesMin ? 'crowded' : 'good';
}

export function clockWords({ clockQuality }: NodeReport): string {
  return m.clock[clockQuality] ?? m.clock[0];
}
