/** Reads an agent's metrics over HTTP, in the Prometheus text format (exposition format 0.0.4). */
import type { AgentMetrics } from './protocol.ts';

const answerMsMax = 2_000;

/** Undefined where it does not answer in time. */
export async function readMetrics(url: string): Promise<AgentMetrics | undefined> {
  try {
    const signal = AbortSignal.timeout(answerMsMax);
    const answer = await fetch(`${url}/metrics`, { signal });
    return answer.ok ? metricsOf(await answer.text()) : undefined;
  } catch {
    return undefined;
  }
}

export function metricsOf(text: string): AgentMetrics {
  const value = (name: string): number => {
    const found = new RegExp(`^muster_${name} (\\S+)$`, 'm').exec(text);
    if (found === null) throw new Error(`no metric ${name}`);
    return Number(found[1]);
  };
  return {
    heapBytes: value('heap_used_bytes'),
    externalBytes: value('external_memory_bytes'),
    held: value('bundles_held'),
    queuedBytes: value('link_queued_bytes'),
    neighbours: value('neighbours_live'),
    sessions: value('sessions'),
  };
}
