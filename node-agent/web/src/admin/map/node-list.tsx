/** Every node with its links, as a list: the map in words, for keyboards and small phones. */
import type { ReportedLink } from '@muster/core';
import { m } from '../../strings/site.en.ts';
import { neutralName } from '../../text/neutral.ts';
import { adminHash } from '../../ui/route.ts';
import { durationText, rateText } from '../parts/figures.ts';
import type { NodeView, SiteView } from '../session/site-view.ts';
import { hearsWords } from './hearings.ts';
import { nameOf, neighbourHex, qualityOf, stateOf } from './node-words.ts';
import { problemsOf } from './problems.ts';

export function NodeList({ site }: { site: SiteView }) {
  const problems = problemsOf(site);
  return (
    <ul class="node-list">
      {site.nodes.map((node) => {
        const severities = problems
          .filter((one) => one.node === node.key)
          .map(({ severity }) => severity);
        return <NodeItem key={node.key} node={node} site={site} severities={severities} />;
      })}
    </ul>
  );
}

interface ItemProps {
  readonly node: NodeView;
  readonly site: SiteView;
  readonly severities: readonly string[];
}

function NodeItem({ node, site, severities }: ItemProps) {
  const { report, key } = node;
  const state = stateOf(node, severities);
  const links = report?.links ?? [];
  const hears = hearsWords(node, site);
  return (
    <li>
      <a class="node-item" href={adminHash('nodes', key)}>
        <span class={`node-dot node-${state}`} aria-hidden="true" />
        <span class="node-name">
          <bdi>{nameOf(node)}</bdi>
          {key === site.self && <span class="badge">{m.nodes.here}</span>}
        </span>
        <span class="node-state">{m.nodeState[state]}</span>
        <span class="node-about">
          {report
            ? m.nodes.about(m.nodeRole[report.role], report.clients, durationText(node.ageMs))
            : m.nodes.unheard}
        </span>
      </a>
      {(links.length > 0 || hears !== '') && (
        <ul class="node-links">
          {links.map((link) => (
            <li key={neighbourHex(link) || link.name}>{linkWords(link, site)}</li>
          ))}
          {hears !== '' && <li>{hears}</li>}
        </ul>
      )}
    </li>
  );
}

/** A link as a sentence: to whom, over what, how well, how much. */
export function linkWords(link: ReportedLink, site: SiteView): string {
  const known = site.nodes.find((node) => node.key === neighbourHex(link));
  const name = known ? nameOf(known) : neutralName(link.name) || m.nodes.unknown;
  const quality = m.quality[qualityOf(link)];
  return m.nodes.link(name, m.medium[link.medium], quality, rateText(link.bytesPerSecond));
}
