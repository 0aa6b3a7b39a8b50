/** Reads JSON from a node over HTTP, for the command line. Bounded in time and size. */
import { get } from 'node:http';
import { MusterError } from '@muster/core';

const answerBytesMax = 4 * 1024 * 1024;
const answerMsMax = 5_000;

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** Throws a MusterError when nothing answers there, or not in JSON. */
export async function getJson(url: string, path: string): Promise<Answer> {
  const { status, text } = await getText(new URL(path, url)).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  try {
    return { status, json: JSON.parse(text) as unknown };
  } catch (error) {
    throw unreachable(url, error);
  }
}

export function unreachable(url: string, cause: unknown): MusterError {
  return new MusterError(
    'agent-unreachable',
    `No agent answers at ${url}`,
    'Start it with: muster start. Is it elsewhere? Name it with --url or --data.',
    { cause },
  );
}

function getText(url: URL): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: answerMsMax }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > answerBytesMax) request.destroy(new Error('answer too long'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });
}
