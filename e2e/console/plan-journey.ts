import type { Page } from 'playwright-core';
import { joinAs, newPage } from './console-browser.ts';

const password = 'correct horse battery';

/** What the plan of a journey is. */
export interface JourneyPlan {
  readonly name: string;
  /** The groups of its Linux and its Windows endpoints. */
  readonly groups: readonly [linux: string, windows: string];
  readonly endpoints: number;
  /** What the preview is asked for: endpoints, and the workflows that they follow. */
  readonly preview: readonly (readonly [endpoint: string, workflow: string])[];
  /** How many endpoints the first wave has; somebody opens the next. */
  readonly canary: number;
  /** Runs at the same time. */
  readonly atOnce: number;
}

/** Somebody before the console, from an empty installation to a reported plan: what is clicked, typed and waited for. */
export class PlanJourney {
  readonly #page: Page;
  readonly #look: (name: string) => Promise<void>;

  /** `look` is called where the page is worth a look. */
  constructor(page: Page, look: (name: string) => Promise<void> = () => Promise.resolve()) {
    this.#page = page;
    this.#look = look;
  }

  get waves() {
    return this.#page.getByRole('list', { name: 'Waves' });
  }

  get phases() {
    return this.#page.getByRole('list', { name: 'Phases' });
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

  /** Waits on the page of the endpoints, which is not loaded again, until there are so many. */
  async seeEndpoints(count: number): Promise<void> {
    await this.#page.getByText(`${count} endpoints`, { exact: true }).waitFor();
    await this.#look('endpoints');
  }

  /** Makes a group of the endpoints of a system whose names are alike; sees its members before it is saved. */
  async makeGroup(name: string, os: string, like: string, members: number): Promise<void> {
    const page = this.#page;
    await page.goto('/system/groups/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.#choose('Value of condition 0', os);
    await page.getByRole('button', { name: 'Condition', exact: true }).click();
    await this.#choose('Fact of condition 1', 'Name');
    await this.#choose('Comparison of condition 1', 'is like');
    await page.getByRole('textbox', { name: 'Value of condition 1' }).fill(like);
    await page.getByText(`${members} endpoints`, { exact: true }).waitFor();
    await this.#look('group');
    await this.#create(name);
  }

  /** Makes a daily maintenance window for a group that opened an hour ago, and finds it in the calendar. */
  async makeOpenWindow(name: string, group: string): Promise<void> {
    const page = this.#page;
    await page.goto('/system/windows/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.#choose('Add a group', group);
    await this.#choose('Repeats', 'Every day');
    const { day, time } = await page.evaluate<{ day: string; time: string }>(anHourAgo);
    await page.getByLabel(/^Time(?! zone)/).fill(time);
    await page.getByLabel('From').fill(day);
    await this.#create(name);
    await page.getByText(/Open until/).waitFor();
    await page.goto('/system/windows/calendar');
    await page.getByRole('link', { name }).first().waitFor();
    await this.#look('calendar');
  }

  /** Goes through the editor of plans, step by step, and saves a plan that somebody has to approve. */
  async writePlan({ name, groups, endpoints, preview, canary, atOnce }: JourneyPlan): Promise<void> {
    const page = this.#page;
    await page.goto('/plans');
    await page.getByRole('button', { name: 'New plan' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await this.#step(/Endpoints and workflows/);
    for (const [index, group] of groups.entries()) {
      await page
        .getByLabel(`Endpoints of row ${index + 1}`)
        .first()
        .fill(`group:${group}`);
    }
    for (const row of [4, 3]) await page.getByRole('button', { name: `Remove row ${row}` }).click();
    await page.getByText(`It means ${endpoints} endpoints at present.`).waitFor();
    const answer = page.getByRole('region', { name: 'Which workflow, and why' });
    for (const [endpoint, workflow] of preview) {
      await answer.getByRole('combobox', { name: 'Endpoint' }).fill(endpoint);
      await page.getByRole('option', { name: endpoint }).click();
      await answer.getByText(workflow).first().waitFor();
    }
    await this.#look('assignments');
    await this.#step(/Schedule/);
    await page.getByRole('checkbox', { name: 'Somebody has to approve' }).check();
    await this.#step(/Rollout/);
    await page.getByRole('button', { name: 'Add a wave' }).click();
    await this.#choose('Size by', 'Number of endpoints');
    await page.getByRole('textbox', { name: 'Endpoints', exact: true }).fill(String(canary));
    await page.getByRole('checkbox', { name: 'Somebody opens the next' }).check();
    await page.getByRole('textbox', { name: 'At the same time' }).fill(String(atOnce));
    await this.#choose('Order', 'By name');
    await this.#look('rollout');
    await this.#step(/Review/);
    const forecast = page.getByRole('region', { name: 'Forecast' });
    await forecast.getByRole('img', { name: new RegExp(`^${endpoints} endpoints`) }).waitFor();
    await this.#look('review');
    await this.#create(name);
  }

  /** Activates the plan whose page this is. */
  async activate(): Promise<void> {
    await this.confirm('Activate');
    await this.#page.getByText('Its cycle opens as soon as somebody approves.').waitFor();
  }

  /** Invites somebody who approves the plan whose page this is, and goes on to the cycle that this opens. */
  async haveItApproved(plan: string): Promise<void> {
    const page = this.#page;
    const address = page.url();
    const link = await this.#invite('approver');
    await page.goto(address);
    await page.getByText('Its cycle opens as soon as somebody approves.').waitFor();
    const browser = page.context().browser();
    if (browser === null) throw new Error('the browser is gone');
    const approver = await newPage(browser, new URL(address).origin);
    await joinAs(approver, link, 'peggy');
    await approver.page.goto('/plans');
    await approver.page.getByRole('link', { name: plan }).click();
    await new PlanJourney(approver.page).confirm('Approve');
    await page.getByText('Its cycle is open, and endpoints are being worked on.').waitFor();
    await approver.page.context().close();
    await page.getByRole('link', { name: /Cycle #/ }).click();
    await this.waves.waitFor();
  }

  /** Halts the cycle whose page this is. */
  async halt(reason: string): Promise<void> {
    const page = this.#page;
    await page.getByRole('main').getByRole('button', { name: 'Halt' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
    await dialog.getByRole('button', { name: 'Halt' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText(`Halted: ${reason}`).waitFor();
  }

  /** Waits on the page of a halted cycle until what ran has ended. */
  async seeItStill(): Promise<void> {
    const progress = this.#page.getByRole('region', { name: 'How its runs go' });
    await progress.getByText('running').waitFor({ state: 'detached' });
    await this.#look('halted');
  }

  /** Presses a button, and the one of that or another name in the dialog that asks back. */
  async confirm(name: string, action = name): Promise<void> {
    const page = this.#page;
    await page.getByRole('main').getByRole('button', { name, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }

  async #invite(role: string): Promise<string> {
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

  async #choose(field: string, option: string): Promise<void> {
    await this.#page.getByRole('combobox', { name: field, exact: true }).click();
    await this.#page.getByRole('option', { name: option, exact: true }).click();
  }

  async #step(name: RegExp): Promise<void> {
    await this.#page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name }).click();
  }

  async #create(name: string): Promise<void> {
    await this.#page.getByRole('button', { name: 'Create', exact: true }).click();
    await this.#page.getByRole('heading', { name, level: 1 }).waitFor();
  }
}

/** Within the page: the time an hour ago by its clock, and the day two days before that, which has begun everywhere. */
const anHourAgo = `(() => {
  const two = (part) => String(part).padStart(2, '0');
  const then = new Date(Date.now() - 3_600_000);
  const day = new Date(then.getFullYear(), then.getMonth(), then.getDate() - 2);
  return {
    day: day.getFullYear() + '-' + two(day.getMonth() + 1) + '-' + two(day.getDate()),
    time: two(then.getHours()) + ':' + two(then.getMinutes()),
  };
})()`;
