/** An admin's phone: what an admin does in the page, as a person would do it. */
import type { BrowserPhone } from '../venue/browser-phone.ts';

const passphrase = 'four words on a phone';

export class AdminPhone {
  readonly #phone: BrowserPhone;
  readonly #url: string;

  constructor(phone: BrowserPhone, url: string) {
    this.#phone = phone;
    this.#url = url;
  }

  /** With the text of an admin code; somebody says yes at the other end. */
  async become(code: string): Promise<void> {
    const { page } = this.#phone;
    await this.#phone.begin('Ada');
    await page.goto(`${this.#url}/#/admin`);
    await page.getByLabel('Admin code').fill(code);
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByLabel('The same once more').fill(passphrase);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Open the admin area' }).click();
    await page.getByText('connected').first().waitFor();
  }

  /** Takes a picture of the screen of a blank box. */
  async photograph(url: string, file: string): Promise<void> {
    const page = await this.#phone.newPage();
    await page.goto(url);
    await page.getByRole('img', { name: /code/i }).first().waitFor();
    await page.screenshot({ path: file });
    await page.close();
  }

  /** From a picture of the box's code; the digits are compared with those on the box's page. */
  async claim(photo: string, box: { readonly url: string; readonly name: string }): Promise<void> {
    const { page } = this.#phone;
    await page.goto(`${this.#url}/#/admin/claim`);
    await page.locator('input[type=file]').first().setInputFiles(photo);
    await page.getByRole('button', { name: 'Reach the box' }).click();
    const same = page.getByRole('button', { name: 'They are the same' });
    await same.waitFor();
    const there = await this.#digitsAt(box.url);
    const here = (await page.locator('.claim-card').textContent()) ?? '';
    if (!digitsIn(here).includes(there)) throw new Error('the six digits differ');
    await same.click();
    await page.getByLabel('Name of the node').fill(box.name);
    await page.getByRole('button', { name: 'Show what will change' }).click();
    await page.getByRole('button', { name: 'Make it a node' }).click();
    await page.getByText(`${box.name} is a node of this site now.`).waitFor();
  }

  async #digitsAt(url: string): Promise<string> {
    const page = await this.#phone.newPage();
    await page.goto(url);
    await page.getByText('wants this box').first().waitFor();
    const text = digitsIn((await page.locator('main').textContent()) ?? '');
    await page.close();
    return /\d{6}/.exec(text)?.[0] ?? 'no digits';
  }
}

/** Without what stands between digits for the eye. */
function digitsIn(text: string): string {
  return text.replace(/(\d)\s+(?=\d)/g, '$1');
}
