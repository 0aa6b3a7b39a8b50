/**
 * The fastest that anything can be: a flood over every wire at once without any limit, each node
 * storing a bundle before it sends it on. Shortest ways by Dijkstra's algorithm.
 */

export interface DelayedEdge {
  readonly a: number;
  readonly b: number;
  readonly delayMs: number;
}

export interface FloodOptions {
  readonly from: number;
  readonly commitMs: number;
}

/** When each other node has it on disk, milliseconds after it was put at `from`. */
export function floodDelaysMs(
  nodes: number,
  edges: readonly DelayedEdge[],
  { from, commitMs }: FloodOptions,
): number[] {
  const links = Array.from({ length: nodes }, (): { to: number; delayMs: number }[] => []);
  for (const { a, b, delayMs } of edges) {
    links[a]!.push({ to: b, delayMs });
    links[b]!.push({ to: a, delayMs });
  }
  const bestMs = new Array<number>(nodes).fill(Number.POSITIVE_INFINITY);
  bestMs[from] = commitMs;
  // Whole milliseconds: a bucket for each is the simplest queue.
  const buckets: number[][] = [];
  const put = (node: number, ms: number) => {
    buckets[ms] ??= [];
    buckets[ms].push(node);
  };
  put(from, commitMs);
  for (let ms = 0; ms < buckets.length; ms++) {
    for (const node of buckets[ms] ?? []) {
      if (bestMs[node] !== ms) continue;
      for (const { to, delayMs } of links[node]!) {
        const thereMs = ms + delayMs + commitMs;
        if (thereMs >= bestMs[to]!) continue;
        bestMs[to] = thereMs;
        put(to, thereMs);
      }
    }
  }
  return bestMs.filter((_, node) => node !== from);
}
