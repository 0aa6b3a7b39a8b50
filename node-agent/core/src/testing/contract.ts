/**
 * What a contract suite is given to run with: a test function and three assertions, so that the
 * same suite runs under node:test and in a browser. Contract suites belong to no step; they hold
 * every implementation of a port to the same behaviour. They never import a test runner.
 */

export interface ContractAssert {
  ok(value: unknown, message?: string): void;
  /** Same value (Object.is). */
  equal(actual: unknown, expected: unknown, message?: string): void;
  /** Same structure and values; typed arrays by content. */
  deepEqual(actual: unknown, expected: unknown, message?: string): void;
}

/** Under Node: `{ test, assert }` of node:test and node:assert/strict. */
export interface ContractTools {
  test(name: string, run: () => void | Promise<void>): unknown;
  readonly assert: ContractAssert;
}
