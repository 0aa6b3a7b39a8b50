/**
 * What the person at the terminal reads while things are made ready: one aligned line a step.
 * Everything goes to stderr, because stdout belongs to the command that was asked for.
 */
import { stripVTControlCharacters } from 'node:util';
import { shown } from './paths.mjs';

const nameWidth = 14;
const textWidth = 46;
const linesOfOutputMax = 12;
const out = process.stderr;

const colours = { dim: '2', red: '31', green: '32', bold: '1' };

function paint(colour, text) {
  const wanted = out.isTTY && process.env.NO_COLOR === undefined;
  return wanted ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text;
}

function line(mark, name, text) {
  return `  ${mark} ${name.padEnd(nameWidth)} ${text}`;
}

export function seconds(durationMs) {
  const whole = Math.round(durationMs / 1000);
  if (whole >= 90) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return whole >= 10 ? `${whole} s` : `${(durationMs / 1000).toFixed(1)} s`;
}

export function say(text = '') {
  out.write(`${text}\n`);
}

export function heading(text) {
  say(paint('bold', text));
}

/** A step that takes a while begins; on a terminal its last line gives way to what comes next. */
export function begin(name, text) {
  out.write(line(paint('dim', '…'), name, text) + (out.isTTY ? '' : '\n'));
}

/** The step goes on; a terminal needs no word of it. */
export function goesOn(name, text) {
  if (!out.isTTY) say(line('…', name, text));
}

function end(text) {
  if (out.isTTY) out.write('\r\u001b[2K');
  say(text);
}

function ending(mark, name, { text, durationMs }) {
  const time = durationMs === undefined ? '' : paint('dim', seconds(durationMs).padStart(10));
  end(line(mark, name, time === '' ? text : text.padEnd(textWidth) + time));
}

export function done(name, text, durationMs) {
  ending(paint('green', '✓'), name, { text, durationMs });
}

export function failed(name, text, durationMs) {
  ending(paint('red', '✗'), name, { text, durationMs });
}

/** Lines of a tool's output, set off from our own. */
export function quote(text, linesMax = linesOfOutputMax) {
  if (text.trim() === '') return;
  const lines = stripVTControlCharacters(text).trimEnd().split('\n');
  const left = lines.length - linesMax;
  if (left > 0) say(paint('dim', `    | … ${left} lines before this`));
  for (const one of lines.slice(-linesMax)) say(`${paint('dim', '    |')} ${one}`);
}

/**
 * Tells of a step that failed: its last lines, what to do, where the rest is.
 * @param {{name: string, text: string, output?: string, mend: string, log?: string}} failure
 */
export function explain({ name, text, output, mend, log }) {
  failed(name, text);
  say();
  if (output?.trim()) {
    quote(output);
    say();
  }
  for (const one of mend.split('\n')) say(`    ${one}`);
  if (log !== undefined) say(paint('dim', `    The whole output is in ${shown(log)}`));
  say();
}
