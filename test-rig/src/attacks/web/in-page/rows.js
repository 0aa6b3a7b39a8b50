/** The rows of the timeline with these order keys as they are drawn (SeenRow in look.ts). */
(wanted) => {
  const outsideOf = (row) => {
    const frame = row.getBoundingClientRect();
    const outside = [];
    const within = (name, { left, right, top, bottom, width, height }) => {
      if (width === 0 || height === 0) return;
      const isWide = left < frame.left - 1 || right > frame.right + 1;
      if (isWide || top < frame.top - 2 || bottom > frame.bottom + 2) outside.push(name);
    };
    // What an element around it cuts off is not painted; that element itself is looked at.
    const isCut = (one) => {
      if (one.closest('.unseen')) return true;
      for (let up = one.parentElement; up && up !== row; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      }
      return false;
    };
    for (const one of row.querySelectorAll('*')) {
      if (!isCut(one)) within(one.localName, one.getBoundingClientRect());
    }
    const range = document.createRange();
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (isCut(holder) || getComputedStyle(holder).overflowX !== 'visible') continue;
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) within(`text of ${holder.localName}`, box);
    }
    // The name of a stranger must not move what the page itself says of them.
    const name = row.querySelector('.author-name')?.getBoundingClientRect();
    const tag = row.querySelector('.author .key-tag')?.getBoundingClientRect();
    if (name && tag && tag.top < name.bottom - 4 && tag.left < name.left) {
      outside.push('the tag of the key stands before the name');
    }
    return outside;
  };
  const textOf = (one) => one?.textContent ?? '';
  const seen = (row) => ({
    order: row.dataset.order,
    text: textOf(row.querySelector('.text')),
    name: row.querySelector('.author') ? textOf(row.querySelector('.author-name bdi')) : undefined,
    badges: [...row.querySelectorAll('.badge')].map((one) => one.className),
    links: [...row.querySelectorAll('a')].map((one) => ({
      href: one.getAttribute('href') ?? '',
      text: textOf(one),
    })),
    tags: [...new Set([...row.querySelectorAll('*')].map((one) => one.localName))],
    outside: outsideOf(row),
  });
  const rows = [...document.querySelectorAll('.row[data-order]')];
  return rows.filter((row) => wanted.includes(row.dataset.order)).map(seen);
};
