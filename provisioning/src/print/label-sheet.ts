/**
 * Labels for nodes, twelve to a page of A4: name, QR code, the short code that the node shows too,
 * and the whole code as text for where no camera is at hand. What a label holds is spent by the
 * first claim.
 */
import { escapeHtml, printPage, svgElement } from './html.ts';

export interface Label {
  readonly name: string;
  /** Text of the claim code. */
  readonly code: string;
  readonly shortCode: string;
  readonly qrSvg: string;
}

/** Three columns and four rows. */
const labelsPerPage = 12;

const style = `
body { font: 9pt/1.25 sans-serif; color: #000; background: #fff; margin: 0 }
.page { width: 210mm; height: 296mm; padding: 8mm; box-sizing: border-box; display: grid;
  grid-template: repeat(4, 1fr) / repeat(3, 1fr); break-after: page }
.page:last-child { break-after: auto }
.label { border: 0.2mm dashed #999; padding: 3mm; display: flex; flex-direction: column;
  align-items: center; justify-content: space-between; overflow: hidden; break-inside: avoid }
.label svg { width: 36mm; height: 36mm; flex: none }
.name { font-size: 13pt; font-weight: bold; max-width: 100%; overflow-wrap: anywhere;
  max-height: 11mm; overflow: hidden; text-align: center }
.short { font: bold 15pt monospace; letter-spacing: 0.08em }
.code { font: 5.5pt/1.2 monospace; word-break: break-all; text-align: center }
.site { color: #333 }
`.trim();

/** An HTML document without script, as many pages as it takes. */
export function labelSheetHtml(
  labels: readonly Label[],
  { siteName = '' }: { readonly siteName?: string } = {},
): string {
  const pages: string[] = [];
  for (let at = 0; at < labels.length; at += labelsPerPage) {
    const some = labels.slice(at, at + labelsPerPage).map((label) => labelHtml(label, siteName));
    pages.push(`<section class="page">\n${some.join('\n')}\n</section>`);
  }
  const title = siteName ? `Labels for nodes of ${siteName}` : 'Labels for nodes';
  return printPage({ title, style, body: pages.join('\n') });
}

function labelHtml({ name, code, shortCode, qrSvg }: Label, siteName: string): string {
  return [
    '<article class="label">',
    `<div class="name">${escapeHtml(name)}</div>`,
    ...(siteName ? [`<div class="site">${escapeHtml(siteName)}</div>`] : []),
    svgElement(qrSvg),
    `<div class="short">${escapeHtml(shortCode)}</div>`,
    `<div class="code">${escapeHtml(code)}</div>`,
    '</article>',
  ].join('\n');
}
