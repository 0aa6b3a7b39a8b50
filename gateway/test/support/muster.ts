/** The command `muster` with the gateway's part, in this process, with its output kept. */
import { ExitCode, runCli } from '@muster/agent/cli';
import { gatewayCli } from '../../src/cli/gateway-cli.ts';

export interface Outcome {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

class Kept {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

async function* nothing(): AsyncGenerator<string> {}

/** Where a command looks: a data folder, and where its agent serves phones. */
export interface Place {
  readonly folder: string;
  readonly port?: number;
}

/** Not for commands that run until they are stopped. */
export async function muster({ folder, port }: Place, ...words: string[]): Promise<Outcome> {
  const [out, err] = [new Kept(), new Kept()];
  const code = await runCli({
    arguments: [...words, '--data', folder],
    environment: port === undefined ? {} : { MUSTER_URL: `http://127.0.0.1:${port}` },
    out,
    err,
    outputGone: new Promise(() => {}),
    input: nothing,
    program: [],
    webFolder: '/nowhere',
    extension: gatewayCli,
  });
  return { code, out: out.text, err: err.text };
}

/** The answer of a command with --json, which must succeed. */
export async function musterJson<T>(place: Place, ...words: string[]): Promise<T> {
  const { code, out, err } = await muster(place, ...words, '--json');
  if (code !== ExitCode.fine) throw new Error(`muster ${words.join(' ')}: ${err}`);
  return JSON.parse(out) as T;
}
