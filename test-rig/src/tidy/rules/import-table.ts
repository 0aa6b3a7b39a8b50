/**
 * Tidy rule: imports point one way (DESIGN section 3). Packages meet by name and only as the table
 * says, a relative import stays in its package, adapters never meet each other, and what is
 * imported from npm is listed in the package's own package.json.
 */
import {
  type Finding,
  folderOf,
  isBuild,
  isCode,
  isMain,
  isTest,
  joinPath,
  type TidyFile,
} from '../finding.ts';
import { mainBuiltins, type PackageRule, packageOf, packages, testImports } from '../packages.ts';
import { type ImportUse, syntaxOf } from '../syntax.ts';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

export function importTable(files: readonly TidyFile[]): Finding[] {
  const listed = listedModules(files);
  const findings: Finding[] = [];
  for (const file of files) {
    if (!isCode(file.path)) continue;
    if (file.path.startsWith('images/')) {
      const message = 'images holds no application logic; put the code into a package';
      findings.push({ path: file.path, line: 0, message });
    }
    const owner = packageOf(file.path);
    if (owner === undefined) continue;
    for (const use of syntaxOf(file).imports) {
      const message = faultOf(file, owner, use, listed);
      if (message !== undefined) findings.push({ path: file.path, line: use.line, message });
    }
  }
  return findings;
}

function faultOf(
  file: TidyFile,
  owner: PackageRule,
  { specifier, names }: ImportUse,
  listed: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  if (specifier === '?') return undefined;
  if (specifier.startsWith('.')) return faultOfRelative(file, owner, specifier);
  if (specifier.startsWith('@muster/')) return faultOfOwn(file, owner, specifier);
  if (specifier.startsWith('node:'))
    return faultOfBuiltin(file, owner, { module: specifier.slice(5), names });
  if (specifier.startsWith('virtual:')) return undefined; // made by the web app's build
  if (owner.name === 'setup') return `setup runs before anything is installed: ${specifier}`;
  const module = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const isKnown = listed.get(owner.folder)?.has(module) || listed.get('')?.has(module);
  return isKnown ? undefined : `${module} is not listed in ${owner.folder}/package.json`;
}

function faultOfRelative(file: TidyFile, owner: PackageRule, specifier: string) {
  const target = joinPath(folderOf(file.path), specifier);
  if (!target.startsWith(`${owner.folder}/`)) {
    return `${specifier} leaves the package; import other packages by their name`;
  }
  if (isTest(file.path)) return undefined;
  if (isTest(target)) return `${specifier} is a test; sources never import tests`;
  if (isForTests(target) && !isForTests(file.path)) return `${specifier} is for tests`;
  const from = adapterOf(file.path);
  const to = adapterOf(target);
  if (from !== undefined && to !== undefined && from !== to) {
    return `adapters never import each other (${from} imports ${to})`;
  }
  return undefined;
}

/** Contract suites and fakes, which packages offer in a folder `testing`. */
function isForTests(path: string): boolean {
  return /\/src\/(?:.+\/)?testing\//.test(path);
}

/** The adapter whose folder a path lies in. */
function adapterOf(path: string): string | undefined {
  return /^node-agent\/adapters\/src\/([^/]+)\//.exec(path)?.[1];
}

function faultOfOwn(file: TidyFile, owner: PackageRule, specifier: string): string | undefined {
  const target = packages.find(
    ({ name }) => specifier === name || specifier.startsWith(`${name}/`),
  )?.name;
  if (target === owner.name) {
    const isInside = isTest(file.path);
    return isInside ? undefined : `inside ${target} import ./files, not the package's name`;
  }
  const isReal = isTest(file.path) && testImports.includes(target ?? '');
  if (target === undefined || !(owner.imports.includes(target) || isReal)) {
    return `${owner.name} must not import ${specifier}`;
  }
  const mayTest = isTest(file.path) || isForTests(file.path) || owner.folder === 'test-rig';
  if (specifier.endsWith('/testing') && !mayTest) {
    return `${specifier} is for tests and the test rig`;
  }
  return undefined;
}

function faultOfBuiltin(
  file: TidyFile,
  owner: PackageRule,
  { module, names }: { module: string; names: readonly string[] },
): string | undefined {
  if (owner.builtins === 'all' || owner.builtins.includes(module)) return undefined;
  const allowed = owner.functions?.[module];
  if (allowed !== undefined && names.every((name) => allowed.includes(name))) return undefined;
  if (isTest(file.path) || isBuild(file.path)) return undefined;
  if (isMain(file.path) && mainBuiltins.includes(module)) return undefined;
  return `${owner.name} must not use node:${module}; it comes through a port`;
}

/** For each package folder, and '' for the root, the npm packages that it lists. */
function listedModules(files: readonly TidyFile[]): Map<string, Set<string>> {
  const listed = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    if (!/(?:^|\/)package\.json$/.test(path) || text === undefined) continue;
    const manifest = JSON.parse(text) as Manifest;
    const names = [
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.devDependencies ?? {}),
      ...Object.keys(manifest.optionalDependencies ?? {}),
    ];
    listed.set(folderOf(path), new Set(names));
  }
  return listed;
}
