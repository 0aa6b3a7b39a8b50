/**
 * Arms the wires inside the page, before its first script: what a payload would call, make or set
 * is noted in `musterTripped`.
 */
(forbidden) => {
  const tripped = [];
  const trip = (what) => {
    if (tripped.length < 100) tripped.push(what.slice(0, 200));
  };
  const fix = (name, value) => {
    const set = () => trip(`window.${name} was set`);
    Object.defineProperty(window, name, { get: () => value, set, configurable: false });
  };
  window.musterTripped = tripped;
  for (const name of ['hit', 'alert', 'confirm', 'prompt', 'print', 'open']) {
    fix(name, () => trip(`${name}() was called`));
  }
  document.addEventListener('securitypolicyviolation', (event) => {
    trip(`the policy stopped ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  const attributeFault = (one, { name, value }) => {
    if (/^on|^srcdoc$|^formaction$|^ping$/i.test(name)) return `${name} on ${one.tagName}`;
    const isAddress = /^(href|src|action|data|xlink:href|poster|background)$/i.test(name);
    const isPlain = /^(https?:\/\/|[#/.])/.test(value);
    return isAddress && !isPlain ? `${name}=${value}` : undefined;
  };
  const look = (one) => {
    const tag = one.localName.toLowerCase();
    if (forbidden.includes(tag) && one.closest('body')) trip(`<${tag}> was made`);
    for (const attribute of one.attributes) {
      const fault = attributeFault(one, attribute);
      if (fault) trip(`an attribute was made: ${fault}`);
    }
  };
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === 'attributes') look(target);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        look(node);
        for (const inside of node.querySelectorAll('*')) look(inside);
      }
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
};
