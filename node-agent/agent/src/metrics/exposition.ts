/**
 * The Prometheus text format (exposition format 0.0.4), written by hand: it is a few lines, and
 * prom-client takes more memory than all of our own HTTP side. Names and label values come from our
 * own code only, never from outside.
 */
export interface Metric {
  /** Without its `muster_` prefix; with the unit last. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

export function gauge(name: string, help: string, value: number | undefined): Metric {
  return { name, type: 'gauge', help, samples: value === undefined ? [] : [{ value }] };
}

export function counter(name: string, help: string, value: number): Metric {
  return { name, type: 'counter', help, samples: [{ value }] };
}

/** One counter with one label, a sample for each of its values. */
export function counterBy(
  name: string,
  options: {
    readonly help: string;
    readonly label: string;
    readonly values: Readonly<Record<string, number>>;
  },
): Metric {
  const { help, label, values } = options;
  const samples = Object.entries(values).map(([key, value]) => ({
    value,
    labels: { [label]: key },
  }));
  return { name, type: 'counter', help, samples };
}

export function exposition(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, type, help, samples }) => [
    `# HELP muster_${name} ${help}`,
    `# TYPE muster_${name} ${type}`,
    ...samples.map(({ value, labels }) => `muster_${name}${labelText(labels)} ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_')}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}
