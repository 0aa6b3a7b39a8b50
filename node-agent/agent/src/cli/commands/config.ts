/** `muster config check`: every problem of the configuration with its place and mend. */
import { loadConfig } from '../../config/index.ts';
import { settingNames, settings } from '../../config/schema.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';

export async function check({ terminal, folder, world }: CommandContext): Promise<ExitCode> {
  const file = folder.configFile;
  const { environment } = world;
  const { config, fileFound, given } = loadConfig({ file, environment });
  if (terminal.json) {
    const values = settingNames.map((name) => [settings[name].path, config[name]]);
    terminal.value({ ok: true, file, fileFound, values: Object.fromEntries(values) });
    return ExitCode.fine;
  }
  const source = fileFound ? file : `${file} is not there, so everything is as by default`;
  terminal.line(`${terminal.style('green', 'The configuration is fine.')} ${source}`);
  for (const name of settingNames) {
    const value = JSON.stringify(config[name]);
    const mark = given.has(name) ? terminal.style('bold', value) : terminal.style('dim', value);
    terminal.line(`  ${settings[name].path.padEnd(24)} ${mark}`);
  }
  return ExitCode.fine;
}
