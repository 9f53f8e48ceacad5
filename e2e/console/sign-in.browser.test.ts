import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, joinAs, newPage, signIn, type WatchedPage } from './console-browser.ts';
import type { Installation } from './installation.ts';
import { openNewConsole } from './open-console.ts';

const password = 'correct horse battery';
/** The browser tells of every answer that is an error; some are what the test wants. */
const expected401 = /status of 401/;

describe.skipIf(!hasBrowser)('the console of a new installation', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let browser: Browser;
  let watched: WatchedPage;
  beforeAll(async () => {
    ({ installation, browser, watched } = await openNewConsole(cleanUp));
  });
  afterAll(() => cleanUp.disposeAsync());

  it('S-01 makes the first administrator with the one-time link, which works once', async () => {
    const { page, complaints } = watched;
    await page.goto(installation.firstLink);
    await page.getByText('Make the first administrator').waitFor();
    expect(page.url()).toBe(`${installation.url}/welcome`);
    await inspect(watched, 'welcome');

    await page.getByLabel('Name', { exact: true }).fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByLabel('Password again').fill('different');
    await page.getByRole('button', { name: 'Create the administrator' }).click();
    await page.getByText('Must have at least 12 characters').waitFor();
    await page.getByText('The two passwords differ').waitFor();
    await inspect(watched, 'welcome-errors');

    await page.getByLabel('Display name').fill('Ada Lovelace');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password again').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Endpoints' }).waitFor();
    await page.getByText('No endpoints yet').waitFor();
    expect(complaints.filter((text) => !expected401.test(text))).toEqual([]);
    complaints.length = 0;

    await page.goto('about:blank');
    await page.goto(installation.firstLink);
    await page.getByText('The link is not valid').waitFor();
    complaints.length = 0;
    await inspect(watched, 'welcome-used');
  });

  it.each([
    ['endpoints', '/endpoints', 'No endpoints yet'],
    ['cycles', '/cycles', 'No cycles yet'],
    ['activities', '/activities', 'No activities yet'],
  ])('O-10 says what to do next where there are no %s yet', async (name, path, words) => {
    const { page } = watched;
    await page.goto(path);
    await page.getByText(words).waitFor();
    await inspect(watched, `empty-${name}`);
  });

  it('shows a page for addresses that are none', async () => {
    const { page } = watched;
    await page.goto('/nowhere');
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await inspect(watched, 'nowhere');
    await page.goto('/endpoints/nobody');
    await page.getByText('There is no endpoint').waitFor();
    watched.complaints.length = 0;
    await inspect(watched, 'endpoint-unknown');
  });

  it('S-01 signs out, refuses a wrong password, and signs in to where one wanted to go', async () => {
    const { page, complaints } = watched;
    await page.goto('/platform/settings');
    await page.getByRole('button', { name: 'Ada Lovelace' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await inspect(watched, 'sign-in');

    await page.goto('/platform/audit?action=user.create');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The sign-in was refused').waitFor();
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    expect(complaints.filter((text) => !expected401.test(text))).toEqual([]);
    complaints.length = 0;
    await inspect(watched, 'sign-in-refused');

    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    expect(new URL(page.url()).search).toBe('?action=user.create');
    await page.getByRole('gridcell', { name: 'user ada' }).waitFor();
  });

  it('S-01 asks to sign in again when the session has ended, and goes on where one was', async () => {
    const { page, complaints } = watched;
    await page.goto('/activities?status=failed');
    await page.getByText('No activities match').waitFor();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(complaints.filter((text) => !expected401.test(text))).toEqual([]);
    complaints.length = 0;
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.getByText('No activities match').waitFor();
    expect(new URL(page.url()).search).toBe('?status=failed');
    complaints.length = 0;
  });

  it('E-01 lets machines join: the command for each system, its token shown once, from where no endpoint is yet', async () => {
    const { page } = watched;
    await page.goto('/endpoints');
    await page.getByText('No endpoints yet').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Add endpoints' }).last().click();
    const dialog = page.getByRole('dialog', { name: 'Add endpoints' });
    await dialog.getByRole('textbox', { name: 'For how many machines' }).fill('20');
    await dialog.getByRole('textbox', { name: 'Tags' }).fill('ring');
    await dialog.getByText('must be name=value').waitFor();
    await dialog.getByRole('textbox', { name: 'Tags' }).fill('ring=pilot\nsite=basel');
    await dialog.getByRole('textbox', { name: 'Description' }).fill('Shop');
    await inspect(watched, 'enrolment-new');
    await dialog.getByRole('button', { name: 'Make the command' }).click();
    await dialog
      .getByText(
        /^PATCHBAY_ENROLMENT_TOKEN=patchbay_enrol_\S+ patchbay agent enroll --server http\S+ && patchbay agent run$/,
      )
      .waitFor();
    await dialog.getByText('can join with it').waitFor();
    await dialog.getByRole('tab', { name: 'Windows' }).click();
    await dialog.getByText(/^\$env:PATCHBAY_ENROLMENT_TOKEN='patchbay_enrol_/).waitFor();
    await inspect(watched, 'enrolment-command');
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    await page.goto('/platform/enrolment-tokens');
    const row = page.getByRole('row', { name: /Shop/ });
    await row.getByText('0 of 20').waitFor();
    expect(await page.content()).not.toMatch(/patchbay_enrol_/);
    await row.hover();
    await row.getByRole('button', { name: 'Revoke Shop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('Revoked').waitFor();
  });

  it('S-01 S-02 invites, changes a role, makes a link for a new password, disables and enables', async () => {
    const { page } = watched;
    await page.goto('/platform/users');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByRole('radio', { name: 'operator' }).check();
    await inspect(watched, 'invite');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = dialog.getByText(/\/welcome#/);
    const address = await link.innerText();
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    const invited = await newPage(browser, installation.url);
    await joinAs(invited, address.trim(), 'olga');

    await page.reload();
    const row = page.getByRole('row', { name: /olga/ });
    await row.hover();
    await row.getByRole('button', { name: 'Change the role of olga' }).click();
    const role = page.getByRole('dialog', { name: 'The role of olga' });
    await role.getByRole('radio', { name: 'author' }).check();
    await role.getByRole('button', { name: 'Change the role' }).click();
    await row.getByRole('gridcell', { name: 'author' }).waitFor();

    await row.hover();
    await row.getByRole('button', { name: /new password of olga/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click();
    const reset = page.getByRole('dialog', { name: 'New password for olga' });
    await reset.getByText(/\/welcome#/).waitFor();
    await inspect(watched, 'reset-link');
    await reset.getByRole('button', { name: 'I have kept it' }).click();

    await row.hover();
    await row.getByRole('button', { name: 'Disable olga' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await row.getByText('Disabled').waitFor();
    await inspect(watched, 'users-disabled');
    await invited.page.goto('/endpoints');
    await invited.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Enable olga' }).click();
    await row.getByText('Active').waitFor();
    await invited.page.context().close();
    await page.goto('/platform/invitations');
    await page
      .getByRole('row', { name: /operator/ })
      .getByText('Used')
      .waitFor();
  });

  it('S-01 lists where somebody is signed in, and ends all but this one', async () => {
    const { page } = watched;
    const elsewhere = await newPage(browser, installation.url);
    await signIn(elsewhere.page, 'ada', password);
    await page.goto('/profile');
    await page.getByText('this one').waitFor();
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out elsewhere' }).click();
    await page.getByText('You are signed in here only.').first().waitFor();
    await elsewhere.page.reload();
    await elsewhere.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await elsewhere.page.context().close();
  });

  it('S-01 changes what a user is called, and the password', async () => {
    const { page } = watched;
    await page.goto('/profile');
    await page
      .getByRole('textbox', { name: 'Display name' })
      .fill('Ada, Countess of Lovelace, of the night shift');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: /Countess/ }).waitFor();
    await inspect(watched, 'profile');

    await page.getByLabel('Password now').fill(password);
    await page.getByLabel('New password', { exact: true }).fill(`${password} staple`);
    await page.getByLabel('New password again').fill(`${password} staple`);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed').waitFor();
    const other = await newPage(browser, installation.url);
    await signIn(other.page, 'ada', `${password} staple`);
    await other.page.context().close();
  });

  it('keeps the colours that a user has chosen', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: /Countess/ }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached' });
    await page.reload();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached' });
    const other = await newPage(browser, installation.url);
    await signIn(other.page, 'ada', `${password} staple`);
    const dark = other.page.locator('html[data-mantine-color-scheme="dark"]');
    await dark.waitFor({ state: 'attached' });
    expect(await dark.count()).toBe(1);
    await other.page.context().close();
  });

  it('S-08 loads nothing from elsewhere and runs nothing inline', async () => {
    const answer = await watched.page.goto('/endpoints');
    const policy = (await answer?.allHeaders())?.['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(await watched.page.locator('script:not([src])').count()).toBe(0);
  });
});
