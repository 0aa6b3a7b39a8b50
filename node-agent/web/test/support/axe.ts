/**
 * Looks over a page with axe (WCAG 2.2, levels A and AA): no serious or critical fault may be on
 * it. It is put into the page by the debugger, which the page's own policy does not hold back.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const source = await readFile(path, 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** The faults that count, each as a line. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: unknown }> } };
    return (await axe.run()).violations;
  });
  return (violations as readonly Violation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => {
      const [first] = nodes;
      return `${id} (${nodes.length}×): ${help}: ${first?.html} ${first?.failureSummary ?? ''}`;
    });
}

/** `what` names the view in the message. Waits for motion to end: axe judges what it sees. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(async () => {
    const running = document.getAnimations().filter((one) => one.playState === 'running');
    const ending = running.filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.all(ending.map((one) => one.finished));
  });
  assert.deepEqual(await faultsOf(page), [], what);
}
