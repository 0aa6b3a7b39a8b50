/**
 * The forms of names and paths (D-Bus Specification, "Valid Names" and "Valid Object Paths"). Below
 * step 4 of a message's way.
 */
import { dbusLimits } from './limits.ts';

const pathForm = /^\/(?:[A-Za-z0-9_]+(?:\/[A-Za-z0-9_]+)*)?$/;
const memberForm = /^[A-Za-z_][A-Za-z0-9_]*$/;
const interfaceForm = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+$/;
const uniqueNameForm = /^:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/;
const wellKnownNameForm = /^[A-Za-z_-][A-Za-z0-9_-]*(?:\.[A-Za-z_-][A-Za-z0-9_-]*)+$/;

export function isObjectPath(text: string): boolean {
  return pathForm.test(text);
}

export function isMember(text: string): boolean {
  return text.length <= dbusLimits.nameBytesMax && memberForm.test(text);
}

/** Of an interface, and of an error. */
export function isInterface(text: string): boolean {
  return text.length <= dbusLimits.nameBytesMax && interfaceForm.test(text);
}

/** Unique (`:1.7`) or well-known (`org.bluez`). */
export function isBusName(text: string): boolean {
  if (text.length > dbusLimits.nameBytesMax) return false;
  return uniqueNameForm.test(text) || wellKnownNameForm.test(text);
}
