/**
 * Service worker, only where the address is secure: keeps the files that make the page, so that it
 * opens when no node is in reach. It never touches the API and keeps nothing that people wrote.
 */
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build. */
declare const __BUILD__: string;
declare const __SHELL__: readonly string[];

const cacheName = `muster-${__BUILD__}`;

self.addEventListener('install', (event) => {
  const fill = async () => {
    const cache = await caches.open(cacheName);
    await cache.addAll(__SHELL__.map((path) => new Request(path, { cache: 'reload' })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) {
      if (name !== cacheName && name.startsWith('muster-')) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

/**
 * The page itself comes from the node when one answers soon, so that a new version shows at once.
 */
async function page(request: Request): Promise<Response> {
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(3_000) });
    if (fresh.ok) {
      const cache = await caches.open(cacheName);
      await cache.put('/', fresh.clone());
    }
    return fresh;
  } catch {
    return (await caches.match('/')) ?? Response.error();
  }
}

/** Everything else has its content in its name. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/api/')) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request));
});

export {};
