/**
 * What is wrong at the site, worst first, in words that say what to do: what the nodes report of
 * themselves, and what only shows from outside. Pure, so that the page and its count agree.
 */
import { m } from '../../strings/site.en.ts';
import { neutralText } from '../../text/neutral.ts';
import { durationText } from '../parts/figures.ts';
import type { NodeView, SiteView } from '../session/site-view.ts';
import { nameOf } from './node-words.ts';

export interface SiteProblem {
  readonly key: string;
  readonly severity: 'problem' | 'warning';
  /** Node key in hex, whose page helps; undefined for the site as a whole. */
  readonly node: string | undefined;
  readonly name: string;
  readonly text: string;
}

/** While an admin watches, nodes report every 10 s; this long without one is worth a word. */
const silentMsMin = 3 * 60_000;

export function problemsOf(site: SiteView): SiteProblem[] {
  const all = site.nodes.filter((node) => !node.revoked).flatMap((node) => ofNode(node, site));
  const isProblem = ({ severity }: SiteProblem) => severity === 'problem';
  return [...all.filter(isProblem), ...all.filter((one) => !isProblem(one))];
}

function ofNode(node: NodeView, site: SiteView): SiteProblem[] {
  const { key, report } = node;
  const name = nameOf(node);
  const found: SiteProblem[] = (report?.problems ?? []).map(({ code, severity, text }) => {
    return { key: `${key}/${code}`, severity, node: key, name, text: neutralText(text) };
  });
  const add = (code: string, severity: SiteProblem['severity'], text: string) => {
    if (found.some((one) => one.key === `${key}/${code}`)) return;
    found.push({ key: `${key}/${code}`, severity, node: key, name, text });
  };
  if (node.clone) add('clone', 'problem', m.problem.clone);
  if (!report) add('unheard', 'warning', m.problem.unheard);
  else if (node.ageMs > silentMsMin)
    add('silent', 'problem', m.problem.silent(durationText(node.ageMs)));
  if (report && report.epoch < site.epoch) add('epoch-behind', 'warning', m.problem.epochBehind);
  return found;
}
