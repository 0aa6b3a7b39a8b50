/** A hostile page tries to get something out of the box at `box`; what came of each attempt. */
async (box) => {
  const http = `http://${box}`;
  const found = {};
  const waitMs = 1500;
  const late = (value) => new Promise((resolve) => setTimeout(() => resolve(value), waitMs));
  const socket = (path, protocols) =>
    new Promise((resolve) => {
      const made = new WebSocket(`ws://${box}${path}`, protocols);
      made.onopen = () => resolve('opened');
      made.onmessage = ({ data }) => resolve(`heard ${data}`);
      made.onerror = () => resolve('refused');
    });
  const read = (path, options) =>
    fetch(`${http}${path}`, options).then(
      async (answer) => {
        if (answer.type === 'opaque') return 'refused';
        const text = await answer.text();
        return text === '' ? 'refused' : `read ${text.slice(0, 40)}`;
      },
      () => 'refused',
    );
  const element = (tag, attributes, outcome) =>
    new Promise((resolve) => {
      const made = document.createElement(tag);
      made.onload = () => resolve(outcome(made));
      made.onerror = () => resolve('refused');
      Object.assign(made, attributes);
      document.documentElement.append(made);
    });
  // Whether a frame holds the box's page, only the browser knows; it is asked afterwards.
  const framed = () => 'refused';
  const attempts = {
    socket: () => socket('/api/v1/socket', 'muster.v1'),
    'socket with a query': () => socket('/api/v1/socket?x', ['muster.v1', 'other']),
    'socket elsewhere': () => socket('/', 'muster.v1'),
    'node read': () => read('/api/v1/node'),
    'status read': () => read('/api/v1/status', { credentials: 'include' }),
    'node read without CORS': () => read('/api/v1/node', { mode: 'no-cors' }),
    'metrics read': () => read('/metrics'),
    'page read': () => read('/'),
    'read with a header': () => read('/api/v1/node', { headers: { 'x-hit': '1' } }),
    'claim posted': () => read('/api/v1/claim/00/00', { method: 'POST', body: 'x' }),
    'octets posted': () => {
      const headers = { 'content-type': 'application/octet-stream' };
      return read('/api/v1/claim/00/00', { method: 'POST', body: 'x', headers });
    },
    'passkey posted': () => {
      const headers = { 'content-type': 'application/json' };
      return read('/api/v1/passkey/options', { method: 'POST', body: '{}', headers });
    },
    'plain text posted': () => {
      return read('/api/v1/passkey/options', { method: 'POST', body: '{}', mode: 'no-cors' });
    },
    'beacon kept': () => {
      navigator.sendBeacon(`${http}/api/v1/passkey/options`, '{}');
      return 'refused';
    },
    deleted: () => read('/api/v1/node', { method: 'DELETE' }),
    'events heard': () =>
      new Promise((resolve) => {
        const events = new EventSource(`${http}/api/v1/claim/events`);
        events.onopen = () => resolve('opened');
        events.onerror = () => resolve('refused');
      }),
    'API as a script': () => element('script', { src: `${http}/api/v1/node` }, () => 'ran'),
    'app as a script': () => {
      return element('script', { src: `${http}/sw.js` }, () => 'ran');
    },
    'app as a module': () => {
      return element('script', { type: 'module', src: `${http}/sw.js` }, () => 'ran');
    },
    'icon as a picture': () => element('img', { src: `${http}/icon-192.png` }, () => 'was shown'),
    'style as a style': () => {
      return element('link', { rel: 'stylesheet', href: `${http}/index.html` }, () => 'was used');
    },
    'page in a frame': () => element('iframe', { src: http }, framed),
    'API in a frame': () => element('iframe', { src: `${http}/api/v1/node` }, framed),
    'page in an object': () => {
      return element('object', { type: 'text/html', data: http }, framed);
    },
    'worker of the box': () => {
      try {
        const worker = new Worker(`${http}/sw.js`);
        return new Promise((resolve) => {
          worker.onmessage = () => resolve('ran');
          worker.onerror = () => resolve('refused');
        });
      } catch {
        return 'refused';
      }
    },
  };
  await Promise.all(
    Object.entries(attempts).map(async ([name, attempt]) => {
      const outcome = Promise.resolve()
        .then(attempt)
        .catch(() => 'refused');
      found[name] = await Promise.race([outcome, late('refused')]);
    }),
  );
  return found;
};
