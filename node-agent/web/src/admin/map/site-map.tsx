/**
 * The nodes and their links as a drawing: the stroke says the medium, the width how much flows, the
 * mark how a node is; thin arcs say who hears whom by radio, linked or not. All of it is in the
 * list as words too. Nodes are links, so Tab reaches them.
 */
import { useMemo } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';
import { adminHash } from '../../ui/route.ts';
import { viewLimits } from '../parts/limits.ts';
import type { NodeView, SiteView } from '../session/site-view.ts';
import { type Edge, forceLayout, type Point } from './force-layout.ts';
import { type Hearing, hearingsOf } from './hearings.ts';
import { linkWords } from './node-list.tsx';
import { nameOf, neighbourHex, qualityOf, stateOf } from './node-words.ts';
import { problemsOf } from './problems.ts';

/** About the size of a phone's column, so that what is written can be read there. */
const width = 400;
const height = 300;

interface DrawnLink {
  readonly edge: Edge;
  readonly look: string;
  readonly strokeWidth: number;
  readonly words: string;
}

export function SiteMap({ site }: { site: SiteView }) {
  const nodes = site.nodes.filter(({ revoked }) => !revoked).slice(0, viewLimits.mapNodesMax);
  const links = linksOf(nodes, site);
  const topology = [...nodes.map(({ key }) => key), '|', ...links.map(({ edge }) => edge.join())];
  const places = useMemo(
    () =>
      forceLayout(
        nodes.map(({ key }) => key),
        links.map(({ edge }) => edge),
      ),
    [topology.join(' ')],
  );
  const problems = problemsOf(site);
  const hearings = hearingsOf(nodes);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing groups its links */}
      <svg
        class="site-map"
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={m.map.label}
      >
        {hearings.map((hearing) => (
          <HearingArc key={hearing.edge.join()} hearing={hearing} places={places} />
        ))}
        {links.map((link) => (
          <LinkLine key={link.edge.join()} link={link} places={places} />
        ))}
        {nodes.map((node) => {
          const own = problems.filter((one) => one.node === node.key);
          const state = stateOf(
            node,
            own.map(({ severity }) => severity),
          );
          return <NodeMark key={node.key} node={node} state={state} at={places.get(node.key)!} />;
        })}
      </svg>
      <ul class="map-legend">
        {(['lan', 'radio', 'metered'] as const).map((medium) => (
          <li key={medium}>
            <svg viewBox="0 0 32 8" aria-hidden="true">
              <path class={`map-link map-${medium}`} d="M1 4h30" />
            </svg>
            {m.medium[medium]}
          </li>
        ))}
        {hearings.length > 0 && (
          <li>
            <svg viewBox="0 0 32 8" aria-hidden="true">
              <path class="map-hearing" d="M1 7q15 -10 30 0" />
            </svg>
            {m.near.legend}
          </li>
        )}
      </ul>
      {site.nodes.length > nodes.length && <p class="field-note">{m.map.notAll}</p>}
    </>
  );
}

/** Each link once, as the end that reports more of it sees it. */
function linksOf(nodes: readonly NodeView[], site: SiteView): DrawnLink[] {
  const drawn = new Map<string, DrawnLink>();
  const keys = new Set(nodes.map(({ key }) => key));
  for (const node of nodes) {
    for (const link of node.report?.links ?? []) {
      const other = neighbourHex(link);
      if (!keys.has(other)) continue;
      const edge: Edge = node.key < other ? [node.key, other] : [other, node.key];
      const strokeWidth = 2 + Math.min(4, Math.log10(1 + link.bytesPerSecond / 1_000));
      const look = `map-${link.medium} map-${qualityOf(link)}`;
      const words = `${nameOf(node)}: ${linkWords(link, site)}`;
      const before = drawn.get(edge.join());
      if (before && before.strokeWidth >= strokeWidth) continue;
      drawn.set(edge.join(), { edge, look, strokeWidth, words });
    }
  }
  return [...drawn.values()];
}

interface LineProps {
  readonly link: DrawnLink;
  readonly places: ReadonlyMap<string, Point>;
}

function LinkLine({ link: { edge, look, strokeWidth, words }, places }: LineProps) {
  const [from, to] = [places.get(edge[0])!, places.get(edge[1])!];
  return (
    <line
      class={`map-link ${look}`}
      x1={from.x * width}
      y1={from.y * height}
      x2={to.x * width}
      y2={to.y * height}
      stroke-width={strokeWidth}
    >
      <title>{words}</title>
    </line>
  );
}

interface ArcProps {
  readonly hearing: Hearing;
  readonly places: ReadonlyMap<string, Point>;
}

/** How far an arc stands off the straight line, where a link may be: a share of its length. */
const arcShare = 0.14;

function HearingArc({ hearing: { edge, words }, places }: ArcProps) {
  const [from, to] = edge.map((key) => {
    const { x, y } = places.get(key)!;
    return { x: x * width, y: y * height };
  }) as [Point, Point];
  const bend = { x: (from.y - to.y) * 2 * arcShare, y: (to.x - from.x) * 2 * arcShare };
  const middle = `${(from.x + to.x) / 2 + bend.x} ${(from.y + to.y) / 2 + bend.y}`;
  return (
    <path class="map-hearing" d={`M${from.x} ${from.y}Q${middle} ${to.x} ${to.y}`}>
      <title>{words}</title>
    </path>
  );
}

function NodeMark({ node, state, at }: { node: NodeView; state: string; at: Point }) {
  const name = nameOf(node);
  const gateway = node.report?.role === 'gateway';
  const label = m.map.node(name, m.nodeState[state as keyof typeof m.nodeState]);
  return (
    <a href={adminHash('nodes', node.key)} class={`map-node node-${state}`} aria-label={label}>
      <g transform={`translate(${at.x * width} ${at.y * height})`}>
        <circle class="map-reach" r="32" />
        {gateway ? <rect x="-13" y="-13" width="26" height="26" rx="5" /> : <circle r="13" />}
        {state === 'problem' && <path class="map-mark" d="M0 -7v8M0 6v.5" />}
        {state === 'warning' && <path class="map-mark" d="M0 -6v7M0 5.5v.5" />}
        <text y="30">{name.slice(0, 16)}</text>
      </g>
    </a>
  );
}
