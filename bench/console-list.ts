import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { User } from '@patchbay/contracts/user';
import type { Whoami } from '@patchbay/contracts/whoami';
import { actionsOf } from '@patchbay/domain/permission/table';
import { chromium, type Route } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
const dist = join(import.meta.dirname, '../packages/console/dist');
const origin = 'http://console.invalid';
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const at = '2026-01-12T12:00:00.000Z';

/** Whether there is a browser, and a console to look at with it. */
export const canMeasureConsole = existsSync(executablePath) && existsSync(join(dist, 'index.html'));

/** The longest task in milliseconds while a list of so many rows scrolls from one end to the other; 0: none over 50. */
export async function measureConsoleList(rowCount: number): Promise<number> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
    const items = Array.from({ length: rowCount }, (_, index) => userOf(index));
    await page.route('**/*', (route) => answer(route, items));
    await page.goto(`${origin}/platform/users`);
    await page.getByRole('row', { name: /user-0 / }).waitFor();
    return await page.evaluate<number>(scrollThrough);
  } finally {
    await browser.close();
  }
}

/** Within the page: from top to bottom in 400 frames, with the browser's own account of tasks over 50 ms. */
const scrollThrough = `(async () => {
  const scroller = document.querySelector('.list-scroller');
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ type: 'longtask' });
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let step = 1; step <= 400; step += 1) {
    scroller.scrollTop = (scroller.scrollHeight * step) / 400;
    await frame();
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  return longest;
})()`;

function answer(route: Route, users: readonly User[]): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname === '/api/v1/whoami') return route.fulfill({ json: administrator });
  if (pathname === '/api/v1/users') return route.fulfill({ json: { items: users, nextCursor: null } });
  if (pathname.startsWith('/api/')) return route.abort();
  const type = types[extname(pathname)];
  const file = join(dist, type === undefined ? 'index.html' : pathname);
  return route.fulfill({ body: readFileSync(file), contentType: type ?? 'text/html' });
}

const administrator: Whoami = {
  kind: 'user',
  name: 'ada',
  displayName: 'Ada',
  role: 'administrator',
  actions: actionsOf('administrator'),
  theme: 'auto',
  expiresAt: null,
};

function userOf(index: number): User {
  const name = `user-${index}`;
  return {
    id: crypto.randomUUID(),
    name,
    displayName: `User number ${index}`,
    role: 'viewer',
    status: 'active',
    createdAt: at,
    createdBy: 'ada',
    lastSignInAt: at,
  };
}
