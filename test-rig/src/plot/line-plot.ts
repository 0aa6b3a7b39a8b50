/**
 * A line plot as SVG text: axes with units, round ticks, each line named at its end. It stands
 * alone as a file and within a page, on light and dark ground, and loads nothing. Pure.
 */
import { spreadLabels } from './end-labels.ts';
import { colourCount, plotStyle } from './palette.ts';
import { type Axis, makeScale, type Scale } from './scale.ts';
import { tickText } from './ticks.ts';

export type Point = readonly [x: number, y: number];

export interface Series {
  readonly name: string;
  /** In the order of x; a y that is no number interrupts the line. */
  readonly points: readonly Point[];
  /** In the background, thin and without a name: one of many. */
  readonly muted?: boolean;
  /** Its points as dots: single events, or few figures, which are joined besides. */
  readonly dots?: 'alone' | 'joined';
}

/** Something that happened at `x`, or from `x` until `untilX`. */
export interface Mark {
  readonly x: number;
  readonly untilX?: number;
}

export interface LinePlot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Six with a name; further ones share colours, so make them muted. */
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
  /** Of the drawing, which is scaled to its place; 420 stays readable on a phone. */
  readonly widthPx?: number;
  readonly heightPx?: number;
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: Scale;
  readonly y: Scale;
}

const lineHeightPx = 15;
const letterPx = 7;
const topPx = 48;
const bottomPx = 42;

export function linePlot(plot: LinePlot): string {
  const { widthPx: width = 420, heightPx: height = 260 } = plot;
  const frame = frameOf(plot, width, height);
  const parts = [
    `<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"`,
    ` role="img" aria-label="${escapeText(plot.title)}"><style>${plotStyle}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    text(12, 20, { of: plot.title, style: 'title' }),
    text(12, 38, { of: axisText(plot.y) }),
    text(width - 12, height - 8, { of: axisText(plot.x), anchor: 'end' }),
    ...grid(frame),
    ...(plot.marks ?? []).map((mark) => drawMark(frame, mark)),
    ...plot.series.filter(({ muted }) => muted).map((one) => draw(frame, one, undefined)),
    ...named(plot).map((one, i) => draw(frame, one, i % colourCount)),
    ...names(frame, named(plot)),
    '</svg>',
  ];
  return parts.join('');
}

function named(plot: LinePlot): Series[] {
  return plot.series.filter(({ muted }) => !muted);
}

function frameOf(plot: LinePlot, width: number, height: number): Frame {
  const points = plot.series.flatMap((one) => one.points);
  const y = makeScale({
    axis: plot.y,
    values: points.map(([, value]) => value),
    pixels: height - topPx - bottomPx,
    tickCount: 5,
    whole: true,
  });
  const longest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map((one) => one.length)) * letterPx;
  const left = 16 + longest(y.ticks.map(tickText));
  const right = Math.min(width / 3, 16 + longest(named(plot).map(({ name }) => name)));
  const inner = width - left - right;
  const x = makeScale({
    axis: plot.x,
    values: points.map(([value]) => value),
    pixels: inner,
    tickCount: Math.max(2, Math.floor(inner / 60)),
    whole: false,
  });
  return { left, top: topPx, width: inner, height: height - topPx - bottomPx, x, y };
}

function grid({ left, top, width, height, x, y }: Frame): string[] {
  const bottom = top + height;
  const across = y.ticks.map((tick) => {
    const at = px(bottom - y.at(tick)!);
    const label = text(left - 6, Number(at) + 4, { of: tickText(tick), anchor: 'end' });
    return `<path class="grid" d="M${left} ${at}h${width}"/>${label}`;
  });
  const along = x.ticks.map((tick) => {
    const at = left + x.at(tick)!;
    const label = text(at, bottom + 18, { of: tickText(tick), anchor: 'middle' });
    return `<path class="axis" d="M${px(at)} ${bottom}v4"/>${label}`;
  });
  return [...across, `<path class="axis" d="M${left} ${bottom}h${width}"/>`, ...along];
}

function drawMark({ left, top, width, height, x }: Frame, mark: Mark): string {
  const inside = (value: number): number => Math.min(width, Math.max(0, x.at(value) ?? 0));
  const from = inside(mark.x);
  if (mark.untilX === undefined) {
    return `<path class="mark" d="M${px(left + from)} ${top + height}v-7"/>`;
  }
  const wide = Math.max(1, inside(mark.untilX) - from);
  const place = `x="${px(left + from)}" y="${top}" width="${px(wide)}" height="${height}"`;
  return `<rect class="band" ${place}/>`;
}

function draw(frame: Frame, { points, dots }: Series, colour: number | undefined): string {
  const at = points.map(([x, y]) => place(frame, x, y));
  const dotStyle = colour === undefined ? 'muted-dot' : `d${colour}`;
  const shown = at.filter((one) => one !== undefined);
  const drawn = dots
    ? shown.map(([x, y]) => `<circle class="${dotStyle}" cx="${px(x)}" cy="${px(y)}" r="2.5"/>`)
    : [];
  if (dots === 'alone') return drawn.join('');
  let pen = 'M';
  const path = at.map((one) => {
    if (one === undefined) {
      pen = 'M';
      return '';
    }
    const step = `${pen}${px(one[0])} ${px(one[1])}`;
    pen = 'L';
    return step;
  });
  const style = colour === undefined ? 'muted' : `c${colour}`;
  return `<path class="line ${style}" d="${path.join('')}"/>${drawn.join('')}`;
}

function place({ left, top, height, x, y }: Frame, atX: number, atY: number): Point | undefined {
  const [right, up] = [x.at(atX), y.at(atY)];
  return right === undefined || up === undefined ? undefined : [left + right, top + height - up];
}

/** Each name beside the last point of its line, in its colour. */
function names(frame: Frame, series: readonly Series[]): string[] {
  const ends = series.map(({ points }) => {
    const last = points.findLast(([x, y]) => place(frame, x, y) !== undefined);
    return last && place(frame, last[0], last[1])![1];
  });
  const floor = frame.top + frame.height;
  const range = { min: frame.top + 4, max: floor, gap: lineHeightPx };
  const given = spreadLabels(
    ends.map((end) => (end ?? floor) + 4),
    range,
  );
  const left = frame.left + frame.width + 6;
  return series.map(({ name }, i) =>
    text(left, given[i]!, { of: name, style: `t${i % colourCount}` }),
  );
}

function axisText({ label, unit }: Axis): string {
  return unit === '' ? label : `${label}, ${unit}`;
}

interface Text {
  readonly of: string;
  readonly anchor?: 'end' | 'middle';
  readonly style?: string;
}

function text(x: number, y: number, { of, anchor, style }: Text): string {
  const classes = style === undefined ? '' : ` class="${style}"`;
  const anchored = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${px(x)}" y="${px(y)}"${classes}${anchored}>${escapeText(of)}</text>`;
}

/** One decimal is finer than any screen. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** For text and attributes of SVG and HTML alike. */
export function escapeText(raw: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };
  return raw.replace(/[&<"]/g, (letter) => named[letter]!);
}
