import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { patienceMs } from '@patchbay/testkit/wait-for';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const executablePath = '/usr/bin/chromium';
const shots = join(import.meta.dirname, '../../test-results/console');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Whether there is a browser; the tests are skipped otherwise. */
export const hasBrowser = existsSync(executablePath);

/** Debian's Chromium, which asks nobody but the page's own server. */
export function openBrowser(): Promise<Browser> {
  mkdirSync(shots, { recursive: true });
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
}

/** A page whose complaints are kept: errors on the console, exceptions, what the content security policy forbade. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens a page for somebody who looks at a window of an ordinary size, and begins to listen. */
export async function newPage(browser: Browser, baseURL: string): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1400, height: 860 },
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return { page, complaints };
}

/** Signs in with the form. */
export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** Becomes a user with the link of an invitation. */
export async function joinAs({ page, complaints }: WatchedPage, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByLabel('Password again').fill('correct horse battery');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('heading', { name: 'Endpoints' }).waitFor();
  // Nobody is signed in before: the browser tells of the 401.
  complaints.length = 0;
}

/** Takes a picture of a page as it is now. */
export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** Takes a picture of a page, light and dark, and checks that both can be used by everybody. `expected`: complaints. */
export async function inspect(
  { page, complaints }: WatchedPage,
  name: string,
  expected: RegExp | null = null,
): Promise<void> {
  // What is still being read is not what is to be looked at.
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
    await shoot(page, `${name}-${colorScheme}`);
    expect(await seriousFindings(page, colorScheme), `${name}, ${colorScheme}`).toEqual([]);
  }
  expect(
    complaints.filter((text) => !expected?.test(text)),
    name,
  ).toEqual([]);
}

/** The same for a page that is not of the console, as it is on the screen and on paper; answers the PDF of it. */
export async function inspectPaper({ page, complaints }: WatchedPage, name: string): Promise<Buffer> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}`);
    expect(await seriousFindings(page, colorScheme), `${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ media: 'print' });
  await shoot(page, `${name}-print`);
  await page.emulateMedia({ media: 'screen' });
  expect(complaints, name).toEqual([]);
  return page.pdf();
}

/** In the dark only colours differ: all that does not depend on them has been looked at in the light. */
async function seriousFindings(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults>(
    colorScheme === 'light'
      ? 'axe.run(document, { resultTypes: ["violations"] })'
      : 'axe.run(document, { resultTypes: ["violations"], runOnly: ["color-contrast", "link-in-text-block"] })',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
