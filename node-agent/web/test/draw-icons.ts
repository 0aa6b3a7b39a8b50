/**
 * Draws the PNG icons in public/ from icon.svg: `node test/draw-icons.ts`. Run it when the mark
 * changes; the results are kept in the repository.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './support/phone.ts';

const folder = fileURLToPath(new URL('../public/', import.meta.url));
const svg = await readFile(`${folder}icon.svg`, 'utf8');
/** Systems cut their own shape out of it, so it fills the square and keeps clear of the edges. */
const square = svg.replace(' rx="14"', '').replace('viewBox="0 0 64 64"', 'viewBox="4 4 56 56"');
const whole = svg.replace(' rx="14"', '');

const icons = [
  { name: 'icon-180.png', side: 180, drawing: square },
  { name: 'icon-192.png', side: 192, drawing: svg },
  { name: 'icon-512.png', side: 512, drawing: svg },
  { name: 'icon-maskable-512.png', side: 512, drawing: whole },
];

const browser = await launchBrowser();
for (const { name, side, drawing } of icons) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${drawing}`);
  await page.screenshot({ path: folder + name, omitBackground: true });
  await page.close();
}
await browser.close();
