/** Who did what, when, and from which node: the acts that admins signed, checked here. */
import { fullTime } from '../../strings/index.ts';
import { m } from '../../strings/site.en.ts';
import { neutralName, neutralText } from '../../text/neutral.ts';
import { KeyMark, KeyTag } from '../../ui/key-mark.tsx';
import { nameOf } from '../map/node-words.ts';
import { Empty } from '../parts/empty.tsx';
import type { ActEntry } from '../session/admin-session.ts';
import type { AdminViewProps } from '../view.ts';
import { actWords } from './act-words.ts';

export function TrailView({ session }: AdminViewProps) {
  const acts = session.acts.value;
  const nodes = session.site.value?.nodes ?? [];
  const nameOfNode = (key: string) => {
    const node = nodes.find((one) => one.key === key);
    return node ? nameOf(node) : key.slice(0, 8);
  };
  return (
    <div class="site-view">
      <p>{m.trail.why}</p>
      {acts.length === 0 && <Empty title={m.trail.none} />}
      <ol class="trail">
        {acts.map((entry) => (
          <ActItem key={entry.id} entry={entry} nameOfNode={nameOfNode} />
        ))}
      </ol>
    </div>
  );
}

interface ItemProps {
  readonly entry: ActEntry;
  nameOfNode(keyHex: string): string;
}

function ActItem({ entry, nameOfNode }: ItemProps) {
  const { what, via } = actWords(entry, nameOfNode);
  const { admin, adminName, act, unixMs } = entry;
  return (
    <li class="admin-card act">
      <KeyMark keyHex={admin} />
      <div>
        <p>
          <strong>
            <bdi>{neutralName(adminName)}</bdi>
          </strong>{' '}
          {what}
        </p>
        <p class="act-meta">
          <time dateTime={new Date(unixMs).toISOString()}>{fullTime(unixMs)}</time>
          {via !== undefined && ` · ${m.trail.at(nameOfNode(via))}`} <KeyTag keyHex={admin} />
        </p>
        <details>
          <summary>{m.trail.more}</summary>
          <dl class="facts">
            <dt>{m.trail.command}</dt>
            <dd>
              <code>{neutralText(act.command)}</code>
            </dd>
            <dt>{m.trail.params}</dt>
            <dd>
              <code>{neutralText(act.params)}</code>
            </dd>
            <dt>{m.trail.documents}</dt>
            <dd>{act.documents.length}</dd>
          </dl>
        </details>
      </div>
    </li>
  );
}
