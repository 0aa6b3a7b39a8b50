/**
 * Logging, always injected. Fields never hold keys, message text or addresses of people: node keys
 * are shortened by `shortId`, bundles are named by their id.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same logger under one component's name. */
  child(component: string): Logger;
}
