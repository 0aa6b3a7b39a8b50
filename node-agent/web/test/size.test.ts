/**
 * What was built is small enough for a crowded 2.4 GHz, and obeys the policy that it is served
 * under.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const page = () => readFileSync(join(dist, 'index.html'), 'utf8');
const compressed = (file: string) => statSync(join(dist, `${file}.gz`)).size;

/** Every file that the first page needs: what the document names, and what that imports at once. */
function firstLoad(): string[] {
  const files = new Set(['index.html']);
  const waiting = [...page().matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((one) => one[1]!);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(join(dist, file), 'utf8');
    const imports = code.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g);
    for (const [, name] of imports) waiting.push(`assets/${name}`);
  }
  return [...files];
}

test('the first load is at most 57 kB compressed, without the crypto', () => {
  const files = firstLoad();
  assert.ok(
    files.some((file) => file.endsWith('.js')) && files.some((file) => file.endsWith('.css')),
  );
  assert.ok(!files.some((file) => /crypto|sodium|qr-/.test(file)), files.join(' '));
  const bytes = files.reduce((sum, file) => sum + compressed(file), 0);
  assert.ok(bytes <= 57_000, `${bytes} bytes: ${files.join(' ')}`);
});

test('the crypto is at most 160 kB compressed: a wasm file and the script around it', () => {
  const assets = readdirSync(join(dist, 'assets'));
  const crypto = assets.filter((file) => /^(sodium|crypto-sumo)-.*\.(js|wasm)$/.test(file));
  assert.equal(crypto.length, 2);
  const bytes = crypto.reduce((sum, file) => sum + compressed(`assets/${file}`), 0);
  assert.ok(bytes <= 160_000, `${bytes} bytes`);
});

test('nothing inline, nothing evaluated, nothing from elsewhere', () => {
  const html = page();
  assert.equal(/<style|style=|<script(?![^>]* src=)|\son\w+=/.test(html), false);
  assert.equal(/(?:src|href)="(?!\/)/.test(html), false);
  for (const file of readdirSync(join(dist, 'assets')).filter((one) => one.endsWith('.js'))) {
    const code = readFileSync(join(dist, 'assets', file), 'utf8');
    assert.equal(/\beval\(|new Function\(/.test(code), false, file);
  }
});

test('everything that a browser can take compressed lies there compressed, in both ways', () => {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|html|svg|wasm|webmanifest)$/.test(file)) continue;
    for (const suffix of ['br', 'gz'])
      assert.ok(statSync(join(dist, `${file}.${suffix}`)).size > 0);
  }
});
