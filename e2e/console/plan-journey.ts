import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const password = 'correct horse battery';

/** Whoever sits before the console, from an empty installation to a reported plan: what one clicks and types. */
export class PlanJourney {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Makes the first administrator, ada, with the one-time link. */
  async becomeAdministrator(link: string): Promise<void> {
    const page = this.#page;
    await page.goto(link);
    await page.getByLabel('Name', { exact: true }).fill('ada');
    await page.getByLabel('Display name').fill('Ada Lovelace');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password again').fill(password);
    await page.getByRole('button', { name: 'Create the administrator' }).click();
    await page.getByText('No endpoints yet').waitFor();
  }

  /** Makes an enrolment token where no endpoint is yet, and answers it from the command for the machines. */
  async makeEnrolmentToken(machines: number): Promise<string> {
    const page = this.#page;
    await page.getByRole('main').getByRole('button', { name: 'Add endpoints' }).last().click();
    const dialog = page.getByRole('dialog', { name: 'Add endpoints' });
    await dialog.getByRole('textbox', { name: 'For how many machines' }).fill(String(machines));
    await dialog.getByRole('button', { name: 'Make the command' }).click();
    const command = await dialog
      .getByText(/patchbay_enrol_/)
      .first()
      .innerText();
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    const [token] = /patchbay_enrol_[\w-]+/.exec(command) ?? [];
    if (token === undefined) throw new Error(`there is no token in the command "${command}"`);
    return token;
  }

  /** Makes a group of the endpoints of one system whose names are alike, and sees its members before it is saved. */
  async makeGroup(
    name: string,
    {
      os,
      like,
      members,
    }: { readonly os: 'Linux' | 'Windows'; readonly like: string; readonly members: number },
  ): Promise<void> {
    const page = this.#page;
    await page.goto('/system/groups/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.choose('Value of condition 0', os);
    await page.getByRole('button', { name: 'Condition', exact: true }).click();
    await this.choose('Fact of condition 1', 'Name');
    await this.choose('Comparison of condition 1', 'is like');
    await page.getByRole('textbox', { name: 'Value of condition 1' }).fill(like);
    await page.getByText(`${members} endpoints`, { exact: true }).waitFor();
  }

  /** Makes a daily maintenance window for a group that opened an hour ago, and finds it in the calendar. */
  async makeOpenWindow(name: string, group: string): Promise<void> {
    const page = this.#page;
    await page.goto('/system/windows/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.choose('Add a group', group);
    await this.choose('Repeats', 'Every day');
    const { day, time } = await this.#anHourAgo();
    await page.getByLabel(/^Time(?! zone)/).fill(time);
    await page.getByLabel('From').fill(day);
  }

  /** Saves what is edited, and waits for its own page. */
  async create(name: string): Promise<void> {
    await this.#page.getByRole('button', { name: 'Create', exact: true }).click();
    await this.#page.getByRole('heading', { name, level: 1 }).waitFor();
    expect(new URL(this.#page.url()).pathname).not.toMatch(/new$/);
  }

  /** Invites somebody, and answers the link. */
  async invite(role: string): Promise<string> {
    const page = this.#page;
    await page.goto('/platform/users');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByRole('radio', { name: role }).check();
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = await dialog.getByText(/\/welcome#/).innerText();
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    return link.trim();
  }

  async choose(field: string, option: string): Promise<void> {
    await this.#page.getByRole('combobox', { name: field, exact: true }).click();
    await this.#page.getByRole('option', { name: option, exact: true }).click();
  }

  /** Goes to a step of the plan's editor. */
  async step(name: RegExp): Promise<void> {
    await this.#page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name }).click();
  }

  /** Presses a button, and the one of that or another name in the dialog that asks back. */
  async confirm(name: string, action = name): Promise<void> {
    const page = this.#page;
    await page.getByRole('main').getByRole('button', { name, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }

  /** Halts the cycle whose page this is. */
  async halt(reason: string): Promise<void> {
    const page = this.#page;
    await page.getByRole('main').getByRole('button', { name: 'Halt' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
    await dialog.getByRole('button', { name: 'Halt' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** By the clock of the page; the day is two days before, so that no time zone makes it a day to come. */
  #anHourAgo(): Promise<{ day: string; time: string }> {
    return this.#page.evaluate(`(() => {
      const two = (part) => String(part).padStart(2, '0');
      const then = new Date(Date.now() - 3_600_000);
      const day = new Date(then.getFullYear(), then.getMonth(), then.getDate() - 2);
      return {
        day: day.getFullYear() + '-' + two(day.getMonth() + 1) + '-' + two(day.getDate()),
        time: two(then.getHours()) + ':' + two(then.getMinutes()),
      };
    })()`);
  }
}
