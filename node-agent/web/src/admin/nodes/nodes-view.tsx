/** The nodes of the site, and one of them with all that it says of itself and what can be done. */
import { m } from '../../strings/site.en.ts';
import { adminHash } from '../../ui/route.ts';
import { NodeList } from '../map/node-list.tsx';
import { Empty } from '../parts/empty.tsx';
import type { AdminViewProps } from '../view.ts';
import { NodePage } from './node-page.tsx';

export function NodesView({ session, rest }: AdminViewProps) {
  const site = session.site.value;
  if (!site) return <Empty title={m.overview.waiting} />;
  const node = site.nodes.find(({ key }) => key === rest);
  if (node) return <NodePage key={node.key} session={session} site={site} node={node} />;
  return (
    <div class="site-view">
      {rest !== '' && <p class="callout callout-warn">{m.nodes.gone}</p>}
      <p>{m.nodes.why}</p>
      <section class="admin-card">
        <NodeList site={site} />
      </section>
      <a class="main-button" href={adminHash('claim')}>
        {m.nodes.add}
      </a>
    </div>
  );
}
