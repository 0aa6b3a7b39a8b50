/**
 * Has an agent collect its garbage, through Node's inspector (Chrome DevTools Protocol), so that
 * what is left is what it really keeps: left alone V8 collects a small heap once in many minutes.
 */
const answerMsMax = 5_000;

interface Target {
  readonly webSocketDebuggerUrl: string;
}

interface Answer {
  readonly id: number;
  readonly result: { readonly usedSize?: number };
}

/** Bytes of heap that are left; undefined where the agent does not answer. */
export async function collectGarbage(inspector: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(answerMsMax);
    const targets = (await (await fetch(`${inspector}/json/list`, { signal })).json()) as Target[];
    return await heapLeft(new WebSocket(targets[0]!.webSocketDebuggerUrl));
  } catch {
    return undefined;
  }
}

/** Twice: what the first pass finds dead may have kept other things. */
const commands = ['HeapProfiler.collectGarbage', 'HeapProfiler.collectGarbage'];

function heapLeft(socket: WebSocket): Promise<number | undefined> {
  return new Promise((resolve) => {
    const done = (bytes: number | undefined): void => {
      clearTimeout(late);
      socket.close();
      resolve(bytes);
    };
    const late = setTimeout(() => done(undefined), answerMsMax);
    const asked = [...commands, 'Runtime.getHeapUsage'];
    socket.onerror = () => done(undefined);
    socket.onopen = () => {
      asked.forEach((method, id) => {
        socket.send(JSON.stringify({ id, method }));
      });
    };
    socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as Answer;
      if (id === asked.length - 1) done(result.usedSize);
    };
  });
}
