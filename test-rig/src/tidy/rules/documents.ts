/**
 * Tidy rule: what the documents name exists. Links and code spans that look like a path of this
 * repository lead to a file or folder, and every `npm run` command is one of package.json.
 * Globs, placeholders and what a build makes are left alone; so is CHANGELOG, which is history.
 * And every decision record is in the index of records.
 */
import { baseName, type Finding, folderOf, joinPath, type TidyFile } from '../finding.ts';

const topFolders = /^(?:node-agent|provisioning|gateway|images|test-rig|docs|\.ci)\//;
const made = /(?:^|\/)(?:node_modules|dist|\.cache|\.muster|coverage)(?:\/|$)/;
const placeholder = /[*<>{}…$]|\.\.\.|(?:^|[/-])(?:NAME|NNNN|X+)(?:[/.-]|$)/;
const builtInCommands = new Set(['ci', 'install', 'pack', 'exec', 'help', 'view', 'audit']);

interface Repository {
  readonly paths: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
}

export function documents(files: readonly TidyFile[]): Finding[] {
  const repository = repositoryOf(files);
  const findings = unlistedRecords(files);
  for (const { path, text } of files) {
    if (!path.endsWith('.md') || baseName(path) === 'CHANGELOG.md') continue;
    for (const [index, content] of (text ?? '').split('\n').entries()) {
      for (const message of faults(path, content, repository)) {
        findings.push({ path, line: index + 1, message });
      }
    }
  }
  return findings;
}

function unlistedRecords(files: readonly TidyFile[]): Finding[] {
  const index = files.find(({ path }) => path === 'docs/adr/README.md')?.text ?? '';
  return files
    .filter(({ path }) => /^docs\/adr\/\d{4}-.*\.md$/.test(path))
    .filter(({ path }) => !index.includes(`](${baseName(path)})`))
    .map(({ path }) => ({ path, line: 0, message: 'list it in docs/adr/README.md' }));
}

function repositoryOf(files: readonly TidyFile[]): Repository {
  const paths = new Set<string>(['']);
  const names = new Set<string>();
  const scripts = new Set<string>();
  for (const { path, text } of files) {
    names.add(baseName(path));
    for (let part = path; part !== ''; part = folderOf(part)) paths.add(part);
    if (/(?:^|\/)package\.json$/.test(path)) {
      const manifest = JSON.parse(text ?? '{}') as { scripts?: Record<string, string> };
      for (const name of Object.keys(manifest.scripts ?? {})) scripts.add(name);
    }
  }
  return { paths, names, scripts };
}

function* faults(document: string, text: string, repository: Repository): Generator<string> {
  for (const [, name] of text.matchAll(/\bnpm run(?: -s| --silent)? ([a-z][\w:-]*)/g)) {
    if (name !== undefined && !repository.scripts.has(name)) yield `no script: npm run ${name}`;
  }
  for (const [, name] of text.matchAll(/`npm ([a-z]+)/g)) {
    if (name === undefined || name === 'run' || builtInCommands.has(name)) continue;
    if (!repository.scripts.has(name)) yield `no script: npm ${name}`;
  }
  for (const [, target] of text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)) {
    if (target !== undefined && !linkLeads(document, target, repository)) {
      yield `the link leads nowhere: ${target}`;
    }
  }
  for (const word of wordsOf(text)) {
    if (!pathExists(document, word, repository)) yield `no such path: ${word}`;
  }
}

/** The words of code spans; outside of spans, as in a code block, those that name a top folder. */
function* wordsOf(text: string): Generator<string> {
  const withoutSpans = text.replace(/`([^`]+)`/g, ' ');
  for (const [, span] of text.matchAll(/`([^`]+)`/g)) {
    yield* (span ?? '').split(/[\s"'()=,;]+/);
  }
  const isBlockLine = /^(?:\s{4}|\$ |node |git |cd |npm |sudo )/.test(withoutSpans);
  if (isBlockLine) yield* withoutSpans.split(/\s+/).filter((word) => topFolders.test(word));
}

function linkLeads(document: string, target: string, { paths }: Repository): boolean {
  if (/^(?:[a-z]+:|#)/i.test(target) || placeholder.test(target)) return true;
  const path = decodeURIComponent(target.split('#')[0] ?? '');
  return made.test(path) || paths.has(joinPath(folderOf(document), path));
}

/** True also for words that are no path of this repository at all. */
function pathExists(document: string, word: string, { paths, names }: Repository): boolean {
  const path = word
    .replace(/[.:]+$/, '')
    .replace(/:\d+$/, '')
    .replace(/^\.\//, '')
    .replace(/\/$/, '');
  if (!/^[\w.@/-]+$/.test(path) || placeholder.test(path) || made.test(path)) return true;
  if (topFolders.test(`${path}/`)) return paths.has(path);
  if (!/[\w-]\.(?:ts|tsx|mjs|md)$/.test(path) || path.startsWith('@')) return true;
  if (!path.includes('/')) return names.has(path);
  if (paths.has(joinPath(folderOf(document), path))) return true;
  return [...paths].some((known) => known.endsWith(`/${path}`));
}
