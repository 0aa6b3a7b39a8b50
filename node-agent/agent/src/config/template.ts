/** The configuration file that a new data folder gets: every setting, commented out, explained. */
import { settingNames, settings } from './schema.ts';

export function configTemplate(): string {
  const lines = [
    '// The configuration of this node. Everything is optional; what stands behind // is the value',
    '// without it. Check changes with: muster config check. They count from the next start.',
    '{',
  ];
  let section = '';
  for (const name of settingNames) {
    const setting = settings[name];
    const [head, key] = setting.path.split('.') as [string, string];
    if (head !== section) {
      if (section !== '') lines.push('  },');
      lines.push(`  "${head}": {`);
      section = head;
    }
    lines.push(`    // ${setting.about}`);
    lines.push(`    // "${key}": ${JSON.stringify(setting.fallback)},`);
  }
  lines.push('  },', '}', '');
  return lines.join('\n');
}
