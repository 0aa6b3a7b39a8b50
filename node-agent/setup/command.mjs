/**
 * Runs other programs, in the two ways that setup needs: with their output kept in a log while a
 * step is going on, or in the foreground, with the terminal, signals and exit code all theirs.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './paths.mjs';
import { goesOn, seconds } from './report.mjs';

const outputCharactersMax = 200_000; // what is kept in memory of one step; the log has it all
const wordAfterMs = 20_000; // a step longer than this says now and then that it is alive
const plainText = { NO_COLOR: '1', FORCE_COLOR: undefined };
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The exit code that a shell gives to a program ended by a signal. */
function codeOfSignal(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}

/**
 * Hands our signals on to the child for as long as it lives. Ctrl-C on a terminal reaches the
 * child by itself, together with us: handed on, it would come twice.
 */
function passSignals(child) {
  const pass = (signal) => {
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}

function ended(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, signal: null, error }));
    child.on('close', (code, signal) => resolve({ code, signal, error: null }));
  });
}

/**
 * Runs a program to its end, its output going to `.cache/logs/<log>.log`.
 * @returns {Promise<{code: number, output: string, log: string, durationMs: number}>}
 */
export async function runLogged(file, args, { log, name, cwd, env = process.env }) {
  const folder = join(cacheFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${log}.log`);
  const stream = createWriteStream(path);
  const startedMs = performance.now();
  let output = '';
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child = spawn(file, args, { cwd, env: { ...env, ...plainText }, stdio });
  const take = (chunk) => {
    stream.write(chunk);
    output = (output + chunk).slice(-outputCharactersMax);
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  const word = setInterval(() => {
    goesOn(name, `still at it after ${seconds(performance.now() - startedMs)}`);
  }, wordAfterMs);
  const stopPassing = passSignals(child);
  const { code, signal, error } = await ended(child);
  stopPassing();
  clearInterval(word);
  if (error !== null) take(`${error.message}\n`);
  await new Promise((resolve) => stream.end(resolve));
  if (signal !== null && signals.includes(signal)) dieBy(signal);
  const durationMs = performance.now() - startedMs;
  return { code: code ?? codeOfSignal(signal), output, log: path, durationMs };
}

/** Runs a program in the foreground; answers its exit code, or the signal that ended it. */
export async function runForeground(file, args, { cwd, env = process.env } = {}) {
  const child = spawn(file, args, { cwd, env, stdio: 'inherit' });
  const stopPassing = passSignals(child);
  const { code, signal, error } = await ended(child);
  stopPassing();
  if (error !== null) process.stderr.write(`${error.message}\n`);
  return { code: code ?? codeOfSignal(signal), signal };
}

/** Ends this process as the child ended, so that who started us sees no difference. */
export function endLike({ code, signal }) {
  if (signal !== null) dieBy(signal);
  process.exit(code);
}

function dieBy(signal) {
  process.kill(process.pid, signal);
  process.exit(codeOfSignal(signal)); // reached only where the signal is ignored
}
