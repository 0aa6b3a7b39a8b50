/** The checkers of a simulated world: what they are told, and what they answer. */
export { Checkers } from './checkers.ts';
export type * from './events.ts';
export { type CheckName, checkNames, type Violation, Violations } from './violation.ts';
