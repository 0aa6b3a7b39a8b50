/** Amounts as people read them: bytes, rates, times. Short, because they stand in tables. */
import { m } from '../../strings/site.en.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** In powers of 1000, as disks and links are sold. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function rateText(bytesPerSecond: number): string {
  return `${bytesText(bytesPerSecond)}/s`;
}

/** The largest unit alone: nobody asks for the seconds of a week. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return m.time.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return m.time.minutes(minutes);
  const hours = Math.round(minutes / 60);
  return hours < 48 ? m.time.hours(hours) : m.time.days(Math.round(hours / 24));
}
