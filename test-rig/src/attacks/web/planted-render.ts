/**
 * Planted faults of the page: the built app is changed on its way into the browser, so that the
 * attacks prove that they can find something.
 */
import type { BrowserContext } from 'playwright-core';

export interface PlantedRender {
  readonly name: string;
  readonly file: RegExp;
  readonly find: RegExp;
  readonly replace: string;
  /** What the report has to say of it. */
  readonly found: RegExp;
}

export const plantedRenders: readonly PlantedRender[] = [
  {
    name: 'text is set as HTML',
    file: /\/assets\/index-[^/]*\.js$/,
    find: /(\w+)\.createTextNode\((\w+)\)/g,
    replace: '(()=>{const s=$1.createElement("span");s.innerHTML=$2;return s})()',
    found: /<script> was made|the policy stopped/,
  },
  {
    name: 'letters that cannot be seen stay',
    file: /\/assets\/index-[^/]*\.js$/,
    find: /\[\\p\{Cc\}\\p\{Cf\}[^\]]*\]/g,
    replace: '\\uFFFF',
    found: /U\+202e/,
  },
  {
    name: 'long words do not break',
    file: /\/assets\/index-[^/]*\.css$/,
    find: /overflow-wrap:anywhere|overflow-x:clip/g,
    replace: '',
    found: /outside|sideways|too wide/,
  },
];

/** Throws at the first load when there is nothing to change: the build looks different now. */
export async function plantRender(context: BrowserContext, planted: PlantedRender): Promise<void> {
  await context.route(planted.file, async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    const changed = text.replace(planted.find, planted.replace);
    if (changed === text) throw new Error(`nothing to plant: ${planted.name}`);
    await route.fulfill({ response: answer, body: changed });
  });
}
