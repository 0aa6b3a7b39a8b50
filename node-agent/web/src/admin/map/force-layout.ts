/**
 * Where the nodes are drawn: springs along links, repulsion between all, cooled over a fixed number
 * of steps (Fruchterman and Reingold 1991). It begins from a circle in the order of keys, so the
 * same site is drawn the same way on every phone, every time.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Edge = readonly [from: string, to: string];

const steps = 160;
/** Of the drawing, left free on each side: names are written below and beside the places. */
const margins = { x: 0.13, top: 0.08, bottom: 0.16 } as const;

/** Places between 0 and 1 in both directions, for each key. Edges to unknown keys count nothing. */
export function forceLayout(keys: readonly string[], edges: readonly Edge[]): Map<string, Point> {
  const ordered = [...new Set(keys)].sort();
  const count = ordered.length;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    x[i] = Math.cos((2 * Math.PI * i) / count);
    y[i] = Math.sin((2 * Math.PI * i) / count);
  }
  const at = new Map(ordered.map((key, i) => [key, i]));
  const springs = edges.flatMap(([from, to]) => {
    const [a, b] = [at.get(from), at.get(to)];
    return a === undefined || b === undefined || a === b ? [] : [[a, b] as const];
  });
  const reach = Math.sqrt(4 / Math.max(1, count));
  for (let step = 0; step < steps; step++) {
    move({ x, y }, springs, { reach, heat: 0.2 * (1 - step / steps) });
  }
  return fitted(ordered, { x, y });
}

interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function move(
  { x, y }: Places,
  springs: readonly (readonly [number, number])[],
  { reach, heat }: { readonly reach: number; readonly heat: number },
): void {
  const pushX = new Float64Array(x.length);
  const pushY = new Float64Array(x.length);
  const apply = (a: number, b: number, strength: (distance: number) => number) => {
    const [dx, dy] = [x[a]! - x[b]!, y[a]! - y[b]!];
    const distance = Math.max(1e-3, Math.hypot(dx, dy));
    const share = strength(distance) / distance;
    pushX[a]! += dx * share;
    pushY[a]! += dy * share;
    pushX[b]! -= dx * share;
    pushY[b]! -= dy * share;
  };
  for (let a = 0; a < x.length; a++) {
    for (let b = a + 1; b < x.length; b++) apply(a, b, (distance) => (reach * reach) / distance);
    // A pull to the middle, so that a node without links does not drift away.
    pushX[a]! -= x[a]! * reach * 0.6;
    pushY[a]! -= y[a]! * reach * 0.6;
  }
  for (const [a, b] of springs) apply(a, b, (distance) => -(distance * distance) / reach);
  for (let i = 0; i < x.length; i++) {
    const length = Math.max(1e-9, Math.hypot(pushX[i]!, pushY[i]!));
    const way = Math.min(length, heat) / length;
    x[i]! += pushX[i]! * way;
    y[i]! += pushY[i]! * way;
  }
}

/** Into the unit square, each direction by itself: the page is rarely square. */
function fitted(keys: readonly string[], { x, y }: Places): Map<string, Point> {
  const scale = (values: Float64Array, before: number, after: number) => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low;
    return (value: number) =>
      span < 1e-9 ? 0.5 : before + ((value - low) / span) * (1 - before - after);
  };
  const left = scale(x, margins.x, margins.x);
  const top = scale(y, margins.top, margins.bottom);
  return new Map(keys.map((key, i) => [key, { x: left(x[i]!), y: top(y[i]!) }]));
}
