/**
 * The report of a soak as one HTML file without anything from elsewhere: verdicts first, then the
 * plots, readable on a phone and in the dark. Pure.
 */
import { escapeText, type LinePlot, linePlot, type Mark, type Series } from '../plot/line-plot.ts';
import type { AgentSample, Collected, Sample, SoakRecord } from './record.ts';
import { judge, pointsOf, type Verdict } from './verdicts.ts';

const minuteMs = 60_000;
const time = { label: 'time', unit: 'min', min: 0 } as const;

export function commandOf({ minutes, agents, seed }: SoakRecord['options']): string {
  return `npm run soak -- --minutes ${minutes} --agents ${agents} --seed ${seed}`;
}

export function htmlReport(record: SoakRecord): string {
  const { options, commit, kills, partitions, samples } = record;
  const verdicts = judge(record);
  const held = samples.at(-1)?.people.held ?? 0;
  const facts = [
    ['agents', String(options.agents)],
    ['minutes', (record.lastedMs / minuteMs).toFixed(1)],
    ['kills', String(kills.length)],
    ['partitions', String(partitions.length)],
    ['messages held', held.toLocaleString('en')],
    ['seed', String(options.seed)],
    ['commit', commit],
  ] as const;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster soak, ${escapeText(outcomeOf(verdicts))}</title><style>${style}</style></head><body>
<h1>Soak: ${escapeText(outcomeOf(verdicts))}</h1>
<dl>${facts.map(factItem).join('')}</dl>
<p>Repeat it: <code>${escapeText(commandOf(options))}</code></p>
<ul>${verdicts.map(verdictItem).join('\n')}</ul>
<p class="key"><span class="swatch band"></span>a part of the mesh was cut off
<span class="swatch kill"></span>an agent was killed. Named lines are the agents that are never
killed (${record.steady.length} of ${options.agents}); grey ones are the others.
${collectText(record)}
Growth is judged after ${(record.warmUpMs / minuteMs).toFixed(0)} minutes of warm-up.</p>
<main>${plotsOf(record).map(linePlot).join('\n')}</main>
</body></html>
`;
}

function collectText({ collected }: SoakRecord): string {
  return `Of the former ${collected.length} collect their garbage every minute, for an inspector.`;
}

export function outcomeOf(verdicts: readonly Verdict[]): string {
  const broken = verdicts.filter(({ state }) => state === 'broken').length;
  if (broken > 0) return `${broken} of ${verdicts.length} promises broken`;
  const undecided = verdicts.filter(({ state }) => state === 'undecided').length;
  return undecided > 0 ? `nothing broken, ${undecided} undecided` : 'every promise held';
}

function factItem([name, value]: readonly [string, string]): string {
  return `<div><dt>${name}</dt><dd>${escapeText(value)}</dd></div>`;
}

function verdictItem({ name, state, promise, seen }: Verdict): string {
  const texts = [name, promise, seen].map(escapeText);
  return (
    `<li class="${state}"><strong>${texts[0]}: ${state}</strong>` +
    `<span>${texts[1]}</span><span>Seen: ${texts[2]}</span></li>`
  );
}

function plotsOf(record: SoakRecord): LinePlot[] {
  const { samples } = record;
  const marks = marksOf(record);
  const mb = 1e6;
  const perAgent = (pick: (one: AgentSample) => number | undefined): Series[] =>
    agentSeries(record, pick);
  const plot = (title: string, y: LinePlot['y'], series: readonly Series[]): LinePlot => ({
    ...{ title, x: time, y, series, marks },
  });
  const people = (name: string, pick: (one: Sample) => number | undefined): Series => ({
    name,
    points: samples.map((one) => [one.atMs / minuteMs, pick(one) ?? Number.NaN]),
  });
  return [
    plot(
      'Resident memory',
      { label: 'resident', unit: 'MB' },
      perAgent((one) => one.residentBytes && one.residentBytes / mb),
    ),
    plot('Kept after collecting garbage', { label: 'resident and heap', unit: 'MB' }, [
      ...collectedSeries(record, 'resident', (one) => one.residentBytes),
      ...collectedSeries(record, 'heap', (one) => one.heapBytes),
    ]),
    plot(
      'JavaScript heap in use',
      { label: 'heap', unit: 'MB' },
      perAgent(({ metrics }) => metrics && metrics.heapBytes / mb),
    ),
    plot(
      'Buffers outside the heap',
      { label: 'external', unit: 'MB' },
      perAgent(({ metrics }) => metrics && metrics.externalBytes / mb),
    ),
    plot(
      'Open descriptors',
      { label: 'descriptors', unit: '' },
      perAgent((one) => one.descriptors),
    ),
    plot(
      'Waiting at links',
      { label: 'queued', unit: 'kB' },
      perAgent(({ metrics }) => metrics && metrics.queuedBytes / 1e3),
    ),
    plot('Waiting in outboxes', { label: 'messages of staff', unit: '' }, [
      people('outboxes', (one) => one.people.waiting),
    ]),
    plot(
      'Bundles held',
      { label: 'held', unit: '' },
      perAgent(({ metrics }) => metrics?.held),
    ),
    plot('Delivery', { label: 'deliveries in 5 s', unit: '' }, [
      people('to readers', (one) => one.people.deliveries),
    ]),
    plot('From writing to reading', { label: 'latency', unit: 'ms', log: true }, [
      people('p50', (one) => one.people.p50Ms),
      people('p95', (one) => one.people.p95Ms),
    ]),
  ];
}

function agentSeries(
  { samples, steady, options }: SoakRecord,
  pick: (one: AgentSample) => number | undefined,
): Series[] {
  return Array.from({ length: options.agents }, (_, agent) => ({
    name: `agent ${agent}`,
    // A moment without a figure interrupts the line: the agent was off.
    points: samples.map(({ atMs, agents }) => {
      const sample = agents[agent];
      return [atMs / minuteMs, (sample && pick(sample)) ?? Number.NaN] as const;
    }),
    muted: !steady.includes(agent),
  }));
}

function collectedSeries(
  { samples, collected }: SoakRecord,
  what: string,
  pick: (one: Collected) => number,
): Series[] {
  return collected.map((agent) => ({
    name: `${what} ${agent}`,
    points: pointsOf(samples, agent, (one) => one.collected && pick(one.collected)).map(
      ([atMs, bytes]) => [atMs / minuteMs, bytes / 1e6] as const,
    ),
  }));
}

function marksOf({ kills, partitions }: SoakRecord): Mark[] {
  return [
    ...partitions.map(({ atMs, untilMs }) => ({ x: atMs / minuteMs, untilX: untilMs / minuteMs })),
    ...kills.map(({ atMs }) => ({ x: atMs / minuteMs })),
  ];
}

const style = `
:root{color-scheme:light dark;--page:#f6f8fa;--ground:#fff;--ink:#1b1f24;--soft:#57606a;
--held:#1a7f37;--broken:#cf222e;--undecided:#9a6700;--line:#d0d7de}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--ground:#14181d;--ink:#e6edf3;
--soft:#9aa7b4;--held:#3fb950;--broken:#ff7b72;--undecided:#d29922;--line:#30363d}}
body{margin:0 auto;padding:16px;max-width:1320px;background:var(--page);color:var(--ink);
font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.4rem;margin:0 0 12px}
dl{display:flex;flex-wrap:wrap;gap:8px 24px;margin:0 0 12px}
dt{color:var(--soft);font-size:.8rem}dd{margin:0;font-weight:600}
code{overflow-wrap:anywhere}
ul{list-style:none;margin:0 0 16px;padding:0;display:grid;gap:8px;
grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr))}
li{background:var(--ground);border:1px solid var(--line);border-left:6px solid var(--undecided);
border-radius:6px;padding:8px 12px}
li span{display:block;font-size:.9rem}li span:first-of-type{color:var(--soft)}
li.held{border-left-color:var(--held)}li.held strong{color:var(--held)}
li.broken{border-left-color:var(--broken)}li.broken strong{color:var(--broken)}
li.undecided strong{color:var(--undecided)}
.key{color:var(--soft);font-size:.9rem}
.swatch{display:inline-block;width:14px;height:14px;margin:0 4px 0 8px;vertical-align:-2px}
.swatch.band{background:var(--broken);opacity:.25}
.swatch.kill{width:2px;background:var(--broken)}
main{display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr))}
main svg{width:100%;height:auto;border:1px solid var(--line);border-radius:6px}
`.trim();
