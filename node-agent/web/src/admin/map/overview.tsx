/** What an admin sees first: what is wrong and what to do, then every node, then the map. */
import { m } from '../../strings/site.en.ts';
import { WarnIcon } from '../../ui/icons.tsx';
import { adminHash } from '../../ui/route.ts';
import { Empty } from '../parts/empty.tsx';
import type { SiteView } from '../session/site-view.ts';
import type { AdminViewProps } from '../view.ts';
import { NodeList } from './node-list.tsx';
import { problemsOf, type SiteProblem } from './problems.ts';
import { SiteMap } from './site-map.tsx';

export function Overview({ session }: AdminViewProps) {
  const site = session.site.value;
  if (!site) return <Empty title={m.overview.waiting} />;
  const problems = problemsOf(site);
  const waiting = session.guestsWaiting.value.length;
  return (
    <div class="site-view overview">
      <section class="admin-card overview-problems" aria-labelledby="problems-title">
        <h2 id="problems-title">{m.overview.problems(problems.length)}</h2>
        {problems.length === 0 && <p>{m.overview.well}</p>}
        <ul class="problems" aria-live="polite">
          {problems.map((one) => (
            <Problem key={one.key} problem={one} />
          ))}
        </ul>
      </section>
      <Figures site={site} />
      {waiting > 0 && (
        <a class="callout" href={adminHash('people')}>
          {m.overview.guestsWait(waiting)}
        </a>
      )}
      {site.unclaimed.length > 0 && (
        <a class="callout" href={adminHash('claim')}>
          {m.overview.boxesWait(site.unclaimed.length)}
        </a>
      )}
      <section class="admin-card overview-nodes" aria-labelledby="nodes-title">
        <h2 id="nodes-title">{m.overview.nodes}</h2>
        <NodeList site={site} />
        <a class="quiet-button" href={adminHash('claim')}>
          {m.nodes.add}
        </a>
      </section>
      <section class="admin-card overview-map" aria-labelledby="map-title">
        <h2 id="map-title">{m.overview.map}</h2>
        <SiteMap site={site} />
      </section>
    </div>
  );
}

function Problem({ problem: { severity, node, name, text } }: { problem: SiteProblem }) {
  return (
    <li class={`callout callout-warn problem-${severity}`}>
      <WarnIcon />
      <span>
        <strong>
          {m.severity[severity]}:{' '}
          {node === undefined ? name : <a href={adminHash('nodes', node)}>{name}</a>}
        </strong>
        <br />
        {text}
      </span>
    </li>
  );
}

function Figures({ site }: { site: SiteView }) {
  const reporting = site.nodes.filter((node) => node.report && !node.revoked);
  const sum = (of: (node: SiteView['nodes'][number]) => number) =>
    reporting.reduce((total, node) => total + of(node), 0);
  const figures: [string, number][] = [
    [m.figures.nodes, reporting.length],
    [m.figures.phones, sum(({ report }) => report!.clients)],
    [m.figures.waiting, sum(({ report }) => report!.guestsWaiting)],
    [m.figures.mqtt, sum(({ report }) => report!.mqtt?.clients ?? 0)],
  ];
  return (
    <dl class="figures">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dd>{value}</dd>
          <dt>{label}</dt>
        </div>
      ))}
    </dl>
  );
}
