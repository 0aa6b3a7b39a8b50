/**
 * Plain text: what the two ends of a claim say of themselves, and settings. It is shown on
 * terminals and written into configuration files before anybody is believed, so it holds nothing
 * that either would act on.
 */

/** Control characters, the line ends of Unicode, and what turns the direction of text. */
const unprintable = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

export function isPlainText(text: string): boolean {
  return !unprintable.test(text);
}
