/**
 * The configuration of a node: fallbacks, then the file, then MUSTER_* variables, then options of
 * the command line; later ones win. Either a whole configuration or every problem that was found.
 */
import { readFileSync } from 'node:fs';
import { MusterError } from '@muster/core';
import { type Environment, readEnvironment } from './environment.ts';
import { readFileText, wrong } from './file.ts';
import { ConfigError, type ConfigProblem } from './problem.ts';
import { type Config, configOf, type SettingName, settings } from './schema.ts';

export interface ConfigSources {
  readonly file: string;
  readonly environment: Environment;
  /** From options of the command line. */
  readonly options?: Partial<Config>;
}

export interface LoadedConfig {
  readonly config: Config;
  /** False when there is no file, so everything came from elsewhere. */
  readonly fileFound: boolean;
  /** Settings that someone gave, in whichever way. */
  readonly given: ReadonlySet<SettingName>;
}

/** Throws a ConfigError that holds every problem. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const text = readIfThere(sources.file);
  const fromFile = readFileText(text ?? '{}', sources.file);
  const fromEnvironment = readEnvironment(sources.environment);
  const problems = [...fromFile.problems, ...fromEnvironment.problems];
  const options = Object.entries(sources.options ?? {}) as [SettingName, unknown][];
  for (const [name, value] of options) problems.push(...optionProblem(name, value));
  if (problems.length > 0) throw new ConfigError(problems);
  const values = new Map([...fromFile.values, ...fromEnvironment.values, ...options]);
  return {
    config: configOf(Object.fromEntries(values) as Partial<Config>),
    fileFound: text !== undefined,
    given: new Set(values.keys()),
  };
}

function optionProblem(name: SettingName, value: unknown): ConfigProblem[] {
  const fault = settings[name].fault(value);
  const option = `--${settings[name].path.split('.').at(-1)}`;
  return fault ? [{ where: option, ...wrong(name, fault) }] : [];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const mend = `Make it readable for the user that runs Muster (${code}).`;
    throw new MusterError('config-unreadable', `${file} cannot be read`, mend, { cause: error });
  }
}
