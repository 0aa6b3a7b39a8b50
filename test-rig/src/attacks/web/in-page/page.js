/** What reaches beyond the screen, and every text of the page. */
() => {
  const width = document.documentElement.clientWidth;
  const wide = [];
  if (document.documentElement.scrollWidth > width) wide.push('the page scrolls sideways');
  const isCut = (one) => {
    if (one.closest('.unseen, .skip, svg')) return true;
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible') return true;
    }
    return false;
  };
  for (const one of document.querySelectorAll('body *')) {
    const { left, right, width: own } = one.getBoundingClientRect();
    const isOut = own > 1 && (left < -1 || right > width + 1);
    if (isOut && !isCut(one)) wide.push(`${one.localName}.${one.className} is too wide`);
  }
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node.data);
  return { wide: wide.slice(0, 10), texts };
};
