/** Where the pictures of the page go, and how they are taken: alike on every machine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Phone } from './phone.ts';

const folder = fileURLToPath(new URL('../../../../docs/screenshots/', import.meta.url));

/** Phones have fonts made for screens; what comes closest here is Liberation Sans. */
async function chooseFonts(): Promise<void> {
  const path = join(tmpdir(), 'muster-screenshots-fonts.conf');
  const prefer = (from: string, to: string) =>
    `<match target="pattern"><test name="family"><string>${from}</string></test>
     <edit name="family" mode="prepend" binding="strong"><string>${to}</string></edit></match>`;
  const text = `<?xml version="1.0"?><fontconfig>
    <dir>/usr/share/fonts/truetype/liberation</dir>
    <match target="pattern"><edit name="family" mode="append"><string>Liberation Sans</string>
    </edit></match>
    ${['system-ui', 'sans', 'sans-serif'].map((one) => prefer(one, 'Liberation Sans')).join('')}
    ${['ui-monospace', 'monospace'].map((one) => prefer(one, 'Liberation Mono')).join('')}
    </fontconfig>`;
  await writeFile(path, text);
  process.env.FONTCONFIG_FILE = path;
}

/** Before the browser is started. */
export async function preparePictures(): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chooseFonts();
}

export async function shoot(phone: Phone, name: string): Promise<void> {
  // Motion is over, and nothing is being pointed at.
  await phone.page.mouse.move(0, 0);
  await phone.page.waitForTimeout(350);
  await phone.page.screenshot({ path: join(folder, `${name}.png`) });
}

/** One view as a phone and as a desktop see it, in light; and on the phone in the dark. */
export async function shootSizes(phone: Phone, name: string, dark = false): Promise<void> {
  const { page } = phone;
  await page.setViewportSize({ width: 1280, height: 800 });
  await shoot(phone, `${name}-1280-light`);
  await page.setViewportSize({ width: 360, height: 740 });
  await shoot(phone, `${name}-360-light`);
  if (!dark) return;
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(phone, `${name}-360-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}
