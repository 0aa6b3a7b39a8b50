/**
 * MUSTER_* variables as overrides of the file: MUSTER_HTTP_PORT=80. Lists are separated by commas.
 * Only main.ts reads the environment; it passes the variables in.
 */
import { wrong } from './file.ts';
import { nearest } from './nearest.ts';
import type { ConfigProblem } from './problem.ts';
import { type SettingName, settingNames, settings, variableOf } from './schema.ts';
import type { Setting } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Read by the command line itself, not settings. */
const ownVariables = [
  ...['MUSTER_DATA', 'MUSTER_URL', 'MUSTER_WEB'],
  ...['MUSTER_KEYS', 'MUSTER_PASSPHRASE_FILE'],
];

export function readEnvironment(environment: Environment): {
  readonly values: Map<SettingName, unknown>;
  readonly problems: ConfigProblem[];
} {
  const values = new Map<SettingName, unknown>();
  const problems: ConfigProblem[] = [];
  const byVariable = new Map(settingNames.map((name) => [variableOf(settings[name]), name]));
  for (const [variable, given] of Object.entries(environment)) {
    if (given === undefined || !variable.startsWith('MUSTER_')) continue;
    if (ownVariables.includes(variable)) continue;
    const name = byVariable.get(variable);
    if (!name) {
      const near = nearest(variable, [...byVariable.keys(), ...ownVariables]);
      const mend = near ? `Did you mean ${near}?` : 'Unset it; it sets nothing.';
      problems.push({ where: variable, message: 'unknown setting', mend });
      continue;
    }
    const value = givenValue(settings[name], given);
    const fault = settings[name].fault(value);
    if (fault) problems.push({ where: variable, ...wrong(name, fault) });
    else values.set(name, value);
  }
  return { values, problems };
}

function givenValue(setting: Setting<unknown>, given: string): unknown {
  switch (setting.kind) {
    case 'text':
      return given;
    case 'integer':
      return /^-?\d+$/.test(given) ? Number(given) : given;
    case 'flag':
      return given === 'true' || given === '1' ? true : isNo(given) ? false : given;
    case 'list':
      return given === '' ? [] : given.split(',').map((item) => item.trim());
  }
}

function isNo(given: string): boolean {
  return given === 'false' || given === '0';
}
