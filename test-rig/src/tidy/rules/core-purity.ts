/**
 * Tidy rule: the core is sans-I/O and deterministic, so that the same code runs a thousand nodes in
 * virtual time, and in a browser. It has no clock, timer, entropy, console, network or storage of
 * its own, no way round to one, and nothing whose answer depends on the machine's language.
 */
import { type Finding, isCode, isTest, type TidyFile } from '../finding.ts';
import { syntaxOf } from '../syntax.ts';

const names: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'a clock': 'Date performance Temporal',
    'a timer':
      'setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame ' +
      'requestIdleCallback scheduler clearTimeout clearInterval clearImmediate',
    entropy: 'crypto Crypto',
    'the platform':
      'process Buffer console require module __dirname __filename navigator ' +
      'window self document location localStorage sessionStorage indexedDB caches',
    'network or threads':
      'fetch WebSocket XMLHttpRequest EventSource Worker SharedWorker ' +
      'MessageChannel BroadcastChannel Atomics',
    'a way round this rule': 'globalThis global eval Function WebAssembly',
    'not deterministic': 'WeakRef FinalizationRegistry Intl',
  }).flatMap(([reason, list]) => list.split(' ').map((name) => [name, reason] as const)),
);

const members: ReadonlyMap<string, string> = new Map([
  ['localeCompare', 'depends on the language of the machine'],
  ['toLocaleString', 'depends on the language of the machine'],
  ['toLocaleLowerCase', 'depends on the language of the machine'],
  ['toLocaleUpperCase', 'depends on the language of the machine'],
  ['constructor', 'is a way round this rule'],
  ['getRandomValues', 'is entropy'],
  ['randomUUID', 'is entropy'],
  ['subtle', 'is absent on http pages'],
]);

export function corePurity(files: readonly TidyFile[]): Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    if (!file.path.startsWith('node-agent/core/src/') || !isCode(file.path)) continue;
    if (isTest(file.path)) continue;
    for (const { line, message } of faults(file)) findings.push({ path: file.path, line, message });
  }
  return findings;
}

function* faults(file: TidyFile): Generator<{ line: number; message: string }> {
  const syntax = syntaxOf(file);
  for (const { name, member, line } of syntax.freeNames) {
    const reason = names.get(name);
    if (reason !== undefined)
      yield { line, message: `${name} is ${reason}; core gets it by a port` };
    // A destructured or stored Math would hide its random.
    if (name === 'Math' && (member === undefined || member === 'random')) {
      yield { line, message: 'Math.random is entropy; core takes the Random port' };
    }
  }
  for (const { name, line } of syntax.members) {
    const reason = members.get(name);
    if (reason !== undefined) yield { line, message: `.${name} ${reason}` };
  }
  for (const line of syntax.ambients) {
    yield { line, message: 'declare names something outside of core; core gets it by a port' };
  }
  for (const { specifier, dynamic, line } of syntax.imports) {
    if (dynamic) yield { line, message: 'core imports nothing at run time' };
    if (specifier.startsWith('node:')) {
      yield { line, message: `core runs in browsers too: no ${specifier}` };
    }
  }
}
