/** The configuration of a node: one file, MUSTER_* overrides, errors that name place and mend. */
export type { Environment } from './environment.ts';
export { type ConfigSources, type LoadedConfig, loadConfig } from './load.ts';
export { ConfigError, type ConfigProblem } from './problem.ts';
export { type Config, configOf, type SettingName } from './schema.ts';
export { configTemplate } from './template.ts';
