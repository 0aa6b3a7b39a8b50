/**
 * The command line's end of the control socket: asks the agent that runs on this data folder. What
 * the agent answers as an error is thrown here as the MusterError that it was there.
 */
import { createConnection } from 'node:net';
import { type Clock, MusterError } from '@muster/core';
import type { DataFolder } from '../data-folder/data-folder.ts';
import {
  type ControlAnswer,
  type ControlRequest,
  controlLimits,
  controlSocketOf,
} from './protocol.ts';
import { withShortPath } from './short-path.ts';

export async function askAgent(
  folder: Pick<DataFolder, 'path'>,
  request: ControlRequest,
  clock: Clock,
): Promise<unknown> {
  const line = await withShortPath(controlSocketOf(folder), (path) =>
    exchange(path, request, clock),
  ).catch((error: Error) => {
    throw unreachable(folder.path, error);
  });
  const answer = JSON.parse(line) as ControlAnswer;
  if (answer.ok) return answer.result;
  const { code, message, mend } = answer.error;
  throw new MusterError(code, message, mend);
}

function exchange(path: string, request: ControlRequest, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const late = clock.after(controlLimits.answerMsMax, () =>
      socket.destroy(new Error('it does not answer')),
    );
    let text = '';
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > controlLimits.answerBytesMax) socket.destroy(new Error('too much'));
    });
    socket.once('error', reject);
    socket.once('close', () => {
      late.cancel();
      if (text.endsWith('\n')) resolve(text);
      else reject(new Error('it hung up'));
    });
  });
}

function unreachable(path: string, cause: Error): MusterError {
  const message = `No agent answers at the data folder ${path}`;
  const mend = 'Start it with: muster start. Is its data elsewhere? Name the folder with --data.';
  return new MusterError('agent-unreachable', message, mend, { cause });
}
