/**
 * Domain separation: every hash and every signature begins with the name of what it is for and a
 * zero byte, so that nothing made for one purpose can be shown for another.
 */
import { utf8 } from './text.ts';

export function domain(name: string): Uint8Array {
  return utf8(`muster/1/${name}\0`);
}
