/** The page of a name that was bound anew to the box: it asks as the box's own page would. */
async () => {
  const socket = () =>
    new Promise((resolve) => {
      const made = new WebSocket(`ws://${location.host}/api/v1/socket`, 'muster.v1');
      made.onopen = () => resolve('opened');
      made.onerror = () => resolve('refused');
    });
  const read = (path, options) =>
    fetch(path, options).then(
      (answer) => (answer.status === 421 ? 'refused' : `answered ${answer.status}`),
      () => 'refused',
    );
  const post = (path, type) =>
    read(path, { method: 'POST', body: '{}', headers: { 'content-type': type } });
  return {
    socket: await socket().catch(() => 'refused'),
    node: await read('/api/v1/node'),
    status: await read('/api/v1/status'),
    metrics: await read('/metrics'),
    page: await read('/'),
    worker: await read('/sw.js'),
    claim: await post('/api/v1/claim/00/00', 'application/octet-stream'),
    passkey: await post('/api/v1/passkey/options', 'application/json'),
  };
};
