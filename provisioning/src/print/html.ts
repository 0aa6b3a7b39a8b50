/**
 * What the printed sheets share: text that is inert in HTML, and a page without script, so that a
 * name can do nothing there. No step.
 */

/** Letters that mean something in HTML, as references to them. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** A whole document on A4. `body` is HTML, `title` text. */
export function printPage(page: {
  readonly title: string;
  readonly style: string;
  readonly body: string;
}): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(page.title)}</title>`,
    `<style>\n@page { size: A4; margin: 0 }\n${page.style}\n</style>`,
    '</head>',
    `<body>\n${page.body}\n</body>`,
    '</html>',
    '',
  ].join('\n');
}

/** An SVG image as it stands, cut to the element itself; whatever is none is refused. */
export function svgElement(svg: string): string {
  const element = /<svg[\s\S]*<\/svg>/.exec(svg)?.[0];
  if (element === undefined || /<script|\son\w+\s*=|javascript:|<foreignObject/i.test(element)) {
    throw new RangeError('not a plain SVG image');
  }
  return element;
}
