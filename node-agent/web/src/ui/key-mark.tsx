/**
 * How a person looks on the page: a pattern and colour from the key, the name as inert text, and a
 * badge for roles that the node vouches for. Two people of one name look different here.
 */
import { t } from '../strings/index.ts';
import { hueOf, patternOf, shortTag } from '../text/fingerprint.ts';
import { neutralName } from '../text/neutral.ts';
import { SiteIcon } from './icons.tsx';

export function KeyMark({ keyHex }: { keyHex: string }) {
  return (
    <svg class={`key-mark hue-${hueOf(keyHex)}`} viewBox="-1 -1 7 7" aria-hidden="true">
      <rect class="key-ground" x="-1" y="-1" width="7" height="7" rx="1.6" />
      {patternOf(keyHex).map(([column, row]) => (
        <rect key={`${column}${row}`} x={column} y={row} width="1.02" height="1.02" />
      ))}
    </svg>
  );
}

/** A stranger's name: isolated in direction, without anything invisible. */
export function Name({ name }: { name: string }) {
  const plain = neutralName(name);
  if (plain === '') return <span class="no-name">{t.message.noName}</span>;
  return <bdi>{plain}</bdi>;
}

export function KeyTag({ keyHex }: { keyHex: string }) {
  return <code class="key-tag">{shortTag(keyHex)}</code>;
}

const badges: Readonly<Record<string, string>> = t.role;

/** Another site, under the name that our admin gave it: an element of its own, never a string. */
export function SiteMark({ name }: { name: string }) {
  return (
    <span class="site-mark" title={t.site.fromTitle(neutralName(name))}>
      <SiteIcon />
      <bdi>{neutralName(name)}</bdi>
    </span>
  );
}

/**
 * The role that a ticket proves, in a word; users of the site wear none. `site`: the name of the
 * other site that gave it, whose guests are told apart by its mark alone.
 */
export function RoleBadge({ role, site }: { role: string; site?: string | undefined }) {
  const own = Object.hasOwn(badges, role) ? badges[role] : undefined;
  if (own === undefined || (site !== undefined && role === 'guest')) return null;
  const label = site === undefined ? own : t.site.role(own, neutralName(site));
  return (
    <span
      class={`badge ${site === undefined ? `badge-${role}` : 'badge-elsewhere'}`}
      title={t.message.roleLabel(label)}
    >
      {label}
    </span>
  );
}
