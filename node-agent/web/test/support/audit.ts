/**
 * Looks over what a browser has drawn: width, contrast (WCAG 2.2, 1.4.3), names of controls and
 * their size. Each answers with what is wrong, in words; nothing wrong is an empty list.
 */
import type { Page } from 'playwright-core';

/** Elements that reach beyond the left or right edge, and pages that scroll sideways. */
export function findWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) wrong.push('the page scrolls sideways');
    const isClipped = (one: Element) => {
      for (let up = one.parentElement; up; up = up.parentElement) {
        if (up !== document.body && getComputedStyle(up).overflowX === 'hidden') return true;
      }
      return one.closest('.unseen, .skip, svg') !== null;
    };
    for (const one of document.querySelectorAll<HTMLElement>('body *')) {
      const { left, right, width: own } = one.getBoundingClientRect();
      const name = `${one.tagName}.${one.className}`;
      const sticksOut = own > 1 && (left < -1 || right > width + 1);
      if (sticksOut && !isClipped(one)) wrong.push(name);
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
      if (scrolls && one.scrollWidth > one.clientWidth + 1) wrong.push(`${name} scrolls sideways`);
    }
    return wrong;
  });
}

/** Texts with less contrast than 4.5 : 1, or 3 : 1 when they are large. */
export function findLowContrast(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    type Colour = readonly [number, number, number, number];
    const read = (text: string): Colour => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return [r!, g!, b!, a! / 255];
    };
    const light = ([r, g, b]: Colour) => {
      const linear = (value: number) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    };
    const groundOf = (from: Element): Colour => {
      for (let one: Element | null = from; one; one = one.parentElement) {
        const colour = read(getComputedStyle(one).backgroundColor);
        if (colour[3] > 0.99) return colour;
      }
      return [255, 255, 255, 1];
    };
    const ratio = (a: Colour, b: Colour) => {
      const [high, low] = [light(a), light(b)].sort((x, y) => y - x) as [number, number];
      return (high + 0.05) / (low + 0.05);
    };
    const wrong = new Set<string>();
    const judge = (one: Element, text: string, pseudo?: string) => {
      const style = getComputedStyle(one, pseudo);
      const size = Number.parseFloat(style.fontSize);
      const bold = Number(style.fontWeight) >= 700;
      const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
      const found = ratio(read(style.color), groundOf(one));
      if (found < least) wrong.add(`${found.toFixed(2)} .${one.className}: ${text.slice(0, 30)}`);
    };
    const bubble = document.querySelector('.bubble');
    const samples = Array.from({ length: 12 }, (_, hue) => {
      const sample = document.createElement('span');
      sample.className = `author-name hue-${hue}`;
      sample.textContent = `hue ${hue}`;
      bubble?.append(sample);
      return sample;
    });
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const one = node.parentElement!;
      const text = node.textContent!.trim();
      const { width, height } = one.getBoundingClientRect();
      if (text !== '' && width > 1 && height > 1 && !one.closest('.unseen')) judge(one, text);
    }
    for (const field of document.querySelectorAll('input, textarea')) {
      if (field.getAttribute('placeholder')) judge(field, 'placeholder', '::placeholder');
    }
    for (const sample of samples) sample.remove();
    return [...wrong];
  });
}

/** Controls that a screen reader would call by no name. */
export function findNameless(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>(
      'a, button, input, textarea, dialog',
    )) {
      const by = (one.getAttribute('aria-labelledby') ?? '').split(' ');
      const labels = one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement;
      const name =
        one.getAttribute('aria-label') ||
        by.map((id) => document.getElementById(id)?.textContent).join('') ||
        (labels ? [...(one.labels ?? [])].map((label) => label.textContent).join('') : '') ||
        (labels ? '' : one.textContent);
      if (!name?.trim()) wrong.push(one.outerHTML.slice(0, 80));
    }
    return wrong;
  });
}

/**
 * Controls smaller than 44 px a side, but for links in text and the times of messages, which catch
 * more than they show. Choices are as large as the label around them.
 */
export function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>(
      'a, button, input, textarea, label.choice, label.stay',
    )) {
      if (
        one.closest('.text, .skip, .empty') ||
        one.matches('.meta, [type=radio], [type=checkbox], [type=file]')
      )
        continue;
      const { width, height } = one.getBoundingClientRect();
      const shown = width > 0 && height > 0;
      if (shown && (width < 43.5 || height < 43.5)) {
        wrong.push(`${Math.round(width)} × ${Math.round(height)} ${one.outerHTML.slice(0, 80)}`);
      }
    }
    return wrong;
  });
}
