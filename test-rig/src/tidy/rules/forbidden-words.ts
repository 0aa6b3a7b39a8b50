/**
 * Tidy rule: the repository works anywhere. It names no package registry's host (the lock file
 * neither, see .npmrc) and no folder of the machine that somebody wrote it on.
 */
import type { Finding, TidyFile } from '../finding.ts';

// Put together from pieces, so that this file does not hold what it looks for.
const hosts = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['deb', 'debian', 'org'],
  ['security', 'debian', 'org'],
].map((parts) => parts.join('.'));
const folders = ['work', 'root', 'Users'];
const folderPattern = new RegExp(`(?:^|[^\\w./-])/(?:${folders.join('|')})/`);

export function forbiddenWords(files: readonly TidyFile[]): Finding[] {
  return files.flatMap(({ path, text }) => {
    if (text === undefined || !isSuspect(text)) return [];
    return text.split('\n').flatMap((content, index) => {
      const host = hosts.find((name) => content.includes(name));
      const folder = folderPattern.exec(content)?.[0].trim();
      const line = index + 1;
      const findings: Finding[] = [];
      if (host !== undefined) findings.push({ path, line, message: `names the host ${host}` });
      if (folder !== undefined) findings.push({ path, line, message: `names a path: ${folder}` });
      return findings;
    });
  });
}

/** A quick look at the whole text; most files end here. */
function isSuspect(text: string): boolean {
  return hosts.some((host) => text.includes(host)) || /\/(?:work|root|Users)\//.test(text);
}
