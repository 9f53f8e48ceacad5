import { createdInvitation } from '@patchbay/contracts/invitation';
import type { Role } from '@patchbay/domain/permission/role';
import type { Browser, Page } from 'playwright-core';
import { joinAs, newPage, openBrowser, type WatchedPage } from './console-browser.ts';
import { type Installation, startInstallation } from './installation.ts';

/** A new installation, a browser, and a page of its console. */
export interface OpenConsole {
  readonly installation: Installation;
  readonly browser: Browser;
  readonly watched: WatchedPage;
  /** The same page, without what it has complained of. */
  readonly page: Page;
}

/** Opens the console of a new installation as its only user, an administrator called grace. */
export async function openConsole(cleanUp: AsyncDisposableStack): Promise<OpenConsole> {
  const opened = await openNewConsole(cleanUp);
  const link = await invitation(opened.installation, 'administrator');
  await joinAs(opened.watched, link, 'grace');
  return opened;
}

/** Opens the console of a new installation, which has no user yet. */
export async function openNewConsole(cleanUp: AsyncDisposableStack): Promise<OpenConsole> {
  const installation = await startInstallation(cleanUp);
  const browser = await openBrowser();
  cleanUp.defer(() => browser.close());
  const watched = await newPage(browser, installation.url);
  return { installation, browser, watched, page: watched.page };
}

/** The page of one more user, who has just joined, in a context of their own. */
export async function joinedPage(
  { installation, browser }: Pick<OpenConsole, 'installation' | 'browser'>,
  role: Role,
  name: string,
): Promise<WatchedPage> {
  const watched = await newPage(browser, installation.url);
  await joinAs(watched, await invitation(installation, role), name);
  return watched;
}

async function invitation({ api }: Installation, role: Role): Promise<string> {
  const { link } = await api.send('POST', '/invitations', { role }, createdInvitation);
  return link;
}
