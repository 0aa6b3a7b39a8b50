/**
 * The words of the page in the reader's language, and dates and times in its manner. Components
 * import `t` and never hold words of their own.
 */
import { en, type Strings } from './en.ts';

/** Add a language here when its file is complete. */
const languages: readonly Strings[] = [en];

function choose(wanted: readonly string[]): Strings {
  for (const tag of wanted) {
    const found = languages.find((one) => tag.startsWith(one.language));
    if (found) return found;
  }
  return en;
}

const wanted = globalThis.navigator?.languages ?? [];
export const t: Strings = choose(wanted);

/** The reader's own region of the language, so that dates and hours look as they should there. */
const region = wanted.find((tag) => tag.startsWith(t.language)) ?? t.language;
const timeFormat = new Intl.DateTimeFormat(region, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(region, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const fullFormat = new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'medium' });

export const clockTime = (ms: number): string => timeFormat.format(ms);
export const dayName = (ms: number): string => dayFormat.format(ms);
export const fullTime = (ms: number): string => fullFormat.format(ms);
