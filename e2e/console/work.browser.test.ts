import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, runSummary } from '@patchbay/contracts/run';
import { script, scriptSummary } from '@patchbay/contracts/script';
import { task } from '@patchbay/contracts/task';
import { workflow, workflowSummary } from '@patchbay/contracts/workflow';
import { waitFor } from '@patchbay/testkit/wait-for';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, type WatchedPage } from './console-browser.ts';
import { connectThisMachine, type Installation } from './installation.ts';
import { joinedPage, openConsole } from './open-console.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { connectSampleMachines } from './sample-machines.ts';

describe.skipIf(!hasBrowser)('work in the console', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  /** While this file is there, the script that counts does not go on. */
  let pause: string;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-counting-'));
    cleanUp.defer(() => rm(folder, { recursive: true }));
    pause = join(folder, 'pause');
    ({ installation, browser, watched, page } = await openConsole(cleanUp));
    await connectSampleMachines(installation, cleanUp);
    await connectThisMachine(installation, 'this-machine', cleanUp);
    await makeSampleLibrary(installation);
  });
  afterAll(() => cleanUp.disposeAsync());

  const confirmWith = async (name: string): Promise<void> => {
    await page.getByRole('dialog').getByRole('button', { name }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  };
  const idOf = async (path: string, search: string): Promise<string> => {
    const [found] = await installation.api.list(
      path,
      path === '/scripts' ? scriptSummary : path === '/tasks' ? task : workflowSummary,
      { search },
    );
    return found?.id ?? 'missing';
  };

  it('O-10 keeps search and filters in the address, and saves what is shown as CSV', async () => {
    await page.goto('/endpoints');
    await page.getByRole('searchbox').fill('app');
    await page.waitForURL(/search=app/);
    await page.getByText('2 endpoints').waitFor();
    await page.getByRole('button', { name: 'Operating system' }).click();
    await page.getByRole('menuitem', { name: 'Windows' }).click();
    await page.waitForURL(/os=windows/);
    await page.getByText('No endpoints match').waitFor();
    await inspect(watched, 'list-nothing-found');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('8 endpoints').waitFor();
    await page.goto('/endpoints?search=app&columns=name,os&density=dense');
    await page.getByText('2 endpoints').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save what is shown as CSV' }).click(),
    ]);
    expect(readFileSync(await file.path(), 'utf8')).toBe(
      'Name,Operating system\r\napp-01.example.net,Debian GNU/Linux 12.7\r\napp-02.example.net,Debian GNU/Linux 12.7\r\n',
    );
  });

  it('O-10 walks a list with the arrow keys, opens a row with Enter, reaches its actions with Tab', async () => {
    await page.goto('/system/tasks?search=disk%20space%20check');
    await page
      .getByRole('row', { name: /Disk Space Check/ })
      .first()
      .waitFor();
    await page.getByRole('columnheader', { name: 'Changed' }).getByRole('button').focus();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('aria-rowindex')).toBe('2');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^Run Disk Space Check \(/);
    await page.goto('/endpoints');
    await page.getByRole('row', { name: /aix-erp-01/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'app-01.example.net' }).waitFor();
  });

  it('L-02 L-06 makes a script, and says of every field what is wrong with it', async () => {
    await page.goto('/system/scripts/new');
    await page.getByRole('button', { name: 'Add a parameter' }).click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Give it a name').waitFor();
    await page.getByText('Must be a letter followed by').waitFor();
    await page.getByRole('checkbox', { name: 'Windows' }).check();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('does not run on Windows').waitFor();
    await inspect(watched, 'script-new-errors');
    await page.getByRole('checkbox', { name: 'Windows' }).uncheck();
    await page.getByRole('textbox', { name: 'Name' }).first().fill('Count slowly');
    await page.getByRole('textbox', { name: 'Name' }).nth(1).fill('upto');
    await page.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: 'Number' }).click();
    await page.getByRole('textbox', { name: 'Default' }).fill('3');
    const content = page.getByRole('textbox', { name: 'Content' });
    await content.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(
      `i=0\nwhile [ "$i" -lt "$PATCHBAY_UPTO" ]; do\n  i=$((i + 1)); echo "number $i"\n  while [ -e '${pause}' ]; do sleep 0.1; done\ndone\nprintf "\\033[31mnearly\\033[0m an error\\n" >&2\n`,
    );
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Count slowly' }).waitFor();
    const made = await installation.api.get(`/scripts/${await idOf('/scripts', 'count slowly')}`, script);
    expect(made.parameters).toMatchObject([{ name: 'upto', type: 'number', default: 3 }]);
    expect(made.content).toContain('number $i');
  });

  it('L-05 saves revisions, compares them and restores one', async () => {
    const id = await idOf('/scripts', 'count slowly');
    await page.goto(`/system/scripts/${id}`);
    await page.getByRole('textbox', { name: 'Description' }).fill('Counts.');
    const content = page.getByRole('textbox', { name: 'Content' });
    await content.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('# the end\n');
    await page.getByRole('textbox', { name: 'Why' }).fill('Say where it ends');
    await page.getByRole('button', { name: 'Save a new revision' }).click();
    await page.getByText('Saved as revision 2.').waitFor();
    await page.getByRole('link', { name: 'Revisions (2)' }).click();
    await page.getByText('Say where it ends').waitFor();
    await page.getByText('# the end').waitFor();
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').getByText('It is saved as a new revision').waitFor();
    await confirmWith('Restore');
    await page.getByRole('link', { name: 'Revisions (3)' }).waitFor();
    const restored = await installation.api.get(`/scripts/${id}`, script);
    expect(restored.content).not.toContain('# the end');
  });

  /** Another person in a browser of their own; the first call makes them. */
  let other: WatchedPage | null = null;
  const secondPerson = async (): Promise<WatchedPage> => {
    other ??= await joinedPage({ installation, browser }, 'author', 'heidi');
    return other;
  };
  /** The answer 412 is what is wanted; the browser tells of it. */
  const forget412 = ({ complaints }: WatchedPage): void => {
    const others = complaints.filter((text) => !/412/.test(text));
    complaints.splice(0, complaints.length, ...others);
  };

  it('L-05 shows both versions to the second of two who edit a script, and lets them be merged by hand', async () => {
    const address = `/system/scripts/${await idOf('/scripts', 'count slowly')}`;
    const second = await secondPerson();
    for (const one of [page, second.page]) {
      await one.goto(address);
      await one.getByRole('textbox', { name: 'Description' }).waitFor();
    }
    await page.getByRole('textbox', { name: 'Description' }).fill('What grace says');
    await second.page.getByRole('textbox', { name: 'Description' }).fill('What heidi says');
    await page.getByRole('button', { name: 'Save a new revision' }).click();
    await page.getByText('Saved as revision 4.').waitFor();
    await second.page.getByRole('button', { name: 'Save a new revision' }).click();
    const dialog = second.page.getByRole('dialog', { name: /Somebody else has changed/ });
    await dialog.getByText('Description: What grace says').waitFor();
    await dialog.getByText('Description: What heidi says').waitFor();
    forget412(second);
    await inspect(second, 'edit-conflict');
    await dialog.getByRole('button', { name: 'Merge by hand' }).click();
    const merge = second.page.getByRole('region', { name: 'Bring both together' });
    await merge.getByText('Description: What heidi says').waitFor();
    await second.page.getByRole('textbox', { name: 'Description' }).fill('What both say');
    await merge.getByText('Description: What both say').waitFor();
    await merge.getByText('Description: What grace says').waitFor();
    await inspect(second, 'edit-merge');
    await second.page.getByRole('button', { name: 'Save a new revision' }).click();
    await second.page.getByText('Saved as revision 5.').waitFor();
    await merge.waitFor({ state: 'hidden' });
    const saved = await installation.api.get(`/scripts/${await idOf('/scripts', 'count slowly')}`, script);
    expect(saved).toMatchObject({ description: 'What both say', updatedBy: 'heidi' });
  });

  it.each([
    ['task', '/system/tasks/', '/tasks', 'drain web pool'],
    ['workflow', '/system/workflows/', '/workflows', 'web servers'],
  ])(
    'L-22 L-42 the second of two who edit a %s sees both, and takes one over',
    async (_what, pages, path, search) => {
      const address = `${pages}${await idOf(path, search)}`;
      const second = await secondPerson();
      for (const [one, words] of [
        [page, 'What grace says'],
        [second.page, 'What heidi says'],
      ] as const) {
        await one.goto(address);
        await one.getByRole('textbox', { name: 'Description' }).fill(words);
      }
      const save = (on: Page) => on.getByRole('button', { name: 'Save', exact: true });
      await save(page).click();
      await page.getByText('is saved.').first().waitFor();
      await save(second.page).click();
      const dialog = second.page.getByRole('dialog', { name: /Somebody else has changed/ });
      await dialog.getByText('What grace says').waitFor();
      await dialog.getByText('What heidi says').waitFor();
      forget412(second);
      await dialog.getByRole('button', { name: 'Drop mine, take theirs' }).click();
      const description = second.page.getByRole('textbox', { name: 'Description' });
      await expect.poll(() => description.inputValue()).toBe('What grace says');
      await description.fill('Heidi once more');
      await save(second.page).click();
      await second.page.getByText('is saved.').first().waitFor();
      expect(second.complaints).toEqual([]);
    },
  );

  it('L-03 O-02 test-runs what is not saved yet on a real endpoint, and shows its output as it comes', async () => {
    await page.goto('/system/scripts/new');
    await page.getByRole('textbox', { name: 'Name' }).first().fill('Say it');
    await page.getByRole('button', { name: 'Add a parameter' }).click();
    await page.getByRole('textbox', { name: 'Name' }).nth(1).fill('word');
    const content = page.getByRole('textbox', { name: 'Content' });
    await content.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('echo "it says $PATCHBAY_WORD"; exit 3\n');
    await page.getByRole('button', { name: 'Test-run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Test-run of “Say it”' });
    await dialog.getByRole('combobox', { name: 'Endpoint' }).fill('this');
    await page.getByRole('option', { name: 'this-machine' }).click();
    await dialog.getByRole('textbox', { name: 'word' }).fill('hello');
    await inspect(watched, 'test-run');
    await dialog.getByRole('button', { name: 'Run on this-machine' }).click();
    await dialog.getByRole('log', { name: 'Output' }).getByText('it says hello').waitFor();
    await dialog
      .getByText('1 failed')
      .or(dialog.getByRole('img', { name: '1 failed' }))
      .first()
      .waitFor();
    await inspect(watched, 'test-run-output');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    const found = await installation.api.list('/scripts', scriptSummary, { search: 'say it' });
    expect(found).toEqual([]);
    page.once('dialog', (ask) => void ask.accept());
    await page.goto('/activities');
    await page.getByRole('link', { name: 'Test-run of Say it' }).click();
    await page.getByText('Say it, as it was in the editor').waitFor();
    await inspect(watched, 'activity-test-run');
  });

  it('L-09 L-10 duplicates a built-in script, and keeps one that is used', async () => {
    await page.goto('/system/scripts?search=disk%20space');
    await page.getByRole('row', { name: /Disk Space Check \(Linux\)/ }).hover();
    await page.getByRole('button', { name: 'Duplicate Disk Space Check (Linux)' }).click();
    await page.getByRole('heading', { name: 'Disk Space Check (Linux) (copy)' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await confirmWith('Delete');
    await page.getByRole('heading', { name: 'Scripts and tasks' }).waitFor();
    await page.goto(`/system/scripts/${await idOf('/scripts', 'drain')}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Drain web pool' }).waitFor();
    await inspect(watched, 'script-in-use');
    await page.getByRole('dialog').getByRole('link', { name: 'Drain web pool' }).click();
    await page.getByRole('heading', { name: 'Drain web pool' }).waitFor();
  });

  it.each([
    ['L-25', 'task', '/system/tasks/', '/tasks', 'drain web pool', 'Web servers'],
    ['L-48', 'workflow', '/system/workflows/', '/workflows', 'web servers', 'Linux servers, monthly'],
  ])(
    '%s keeps a %s that is used, and leads to what uses it',
    async (_number, _what, pages, path, search, user) => {
      await page.goto(`${pages}${await idOf(path, search)}`);
      await page.getByRole('button', { name: 'Delete' }).click();
      const dialog = page.getByRole('dialog', { name: /cannot be deleted/ });
      await dialog.getByRole('link', { name: user }).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      expect(watched.complaints).toEqual([]);
    },
  );

  it('L-46 L-48 offers the check mark of a default by keyboard, and says why a default is kept', async () => {
    await page.goto('/system/workflows');
    await page.getByRole('row', { name: /Web servers/ }).focus();
    await page.keyboard.press('Tab');
    const label = await page.locator(':focus').getAttribute('aria-label');
    expect(label).toBe('Make Web servers the default of Linux');
    const opacity = await page.evaluate<string>('getComputedStyle(document.activeElement).opacity');
    expect(opacity).toBe('1');
    await page.goto(`/system/workflows/${await idOf('/workflows', 'linux')}`);
    await page.getByRole('button', { name: 'Delete' }).hover();
    await page.getByRole('tooltip').getByText('is built in').waitFor();
  });

  it('L-22 makes a task; L-03 never shows its secret again', async () => {
    await page.goto('/system/tasks/new');
    await page.getByRole('textbox', { name: 'Name' }).fill('Drain database pool');
    await page.getByRole('combobox', { name: 'Script' }).fill('drain');
    await page.getByRole('option', { name: 'Drain from load balancer' }).click();
    await page.getByRole('textbox', { name: 'Pool' }).fill('database');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Is required').waitFor();
    await page.getByLabel('API token').fill('the-secret-itself');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Drain database pool' }).waitFor();
    await page.getByPlaceholder('A value is stored; it is never shown').waitFor();
    expect(await page.content()).not.toContain('the-secret-itself');
  });

  it('L-42 L-43 makes a workflow by drag and keyboard, and marks the step that may not stand there', async () => {
    await page.goto('/system/workflows/new');
    await page.getByRole('textbox', { name: 'Name' }).fill('Database servers');
    const palette = page.getByRole('complementary', { name: 'Tasks to add' });
    const add = async (name: string, phase: string): Promise<void> => {
      await palette.getByRole('searchbox').fill(name);
      await palette.getByRole('button', { name: `Add ${name}` }).click();
      await page.getByRole('menuitem', { name: phase }).click();
    };
    const steps = (lane: string) => page.getByRole('list', { name: lane }).getByRole('link').allInnerTexts();
    await add('Disk Space Check (Linux)', 'Pre-patching');
    await add('Drain database pool', 'Pre-patching');
    await add('Simple Linux Reboot', 'Post-patching');
    await add('Boot Check (Linux)', 'Post-patching');
    expect(await steps('Post-patching')).toEqual(['Boot Check (Linux)', 'Simple Linux Reboot']);

    await page.getByRole('button', { name: 'Move Drain database pool' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await waitFor(async () => (await steps('Pre-patching'))[0] === 'Drain database pool', {
      what: 'the step to stand first',
    });
    await page.getByRole('button', { name: 'Move Simple Linux Reboot' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await page.getByText('so it may stand only as the last post-patching step').waitFor();
    await page.getByText('One step cannot stand where it is.').waitFor();
    await inspect(watched, 'workflow-problem');

    // With the mouse: the reboot goes below the check again.
    const from = await page.getByRole('button', { name: 'Move Simple Linux Reboot' }).boundingBox();
    const to = await page.getByRole('button', { name: 'Move Boot Check' }).boundingBox();
    if (from === null || to === null) throw new Error('the handles are not there');
    await page.mouse.move(from.x + 5, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 5, from.y + 30, { steps: 5 });
    await page.mouse.move(to.x + 5, to.y + 40, { steps: 15 });
    await page.mouse.up();
    await page.getByText('One step cannot stand where it is.').waitFor({ state: 'hidden' });
    expect(await steps('Post-patching')).toEqual(['Boot Check (Linux)', 'Simple Linux Reboot']);

    await page.getByRole('button', { name: 'What to do with Simple Linux Reboot' }).click();
    await page.getByRole('menuitem', { name: /Condition/ }).click();
    await page.getByRole('checkbox', { name: 'Only if a fact has a value' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click();
    await page.getByText('if rebootNeeded is “true”').waitFor();
    await page.getByText('If a pre-patching step fails, the steps after it do not run').waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Database servers' }).waitFor();
    const made = await installation.api.get(`/workflows/${await idOf('/workflows', 'database')}`, workflow);
    expect(made.prePatching.map((step) => step.task.name)).toEqual([
      'Drain database pool',
      'Disk Space Check (Linux)',
    ]);
    expect(made.postPatching.at(-1)?.condition).toEqual({ fact: 'rebootNeeded', is: 'equal', value: 'true' });
    expect(watched.complaints).toEqual([]);
  });

  it('L-46 L-47 sets a default with the check mark, and duplicates', async () => {
    await page.goto('/system/workflows');
    await page.getByRole('gridcell', { name: 'Linux (default)' }).waitFor();
    const row = page.getByRole('row', { name: /Database servers/ });
    await row.hover();
    await row.getByRole('button', { name: 'Make Database servers the default of Linux' }).click();
    await page.getByRole('dialog').getByText('from their next cycle on').waitFor();
    await confirmWith('Make it the default');
    await row.getByText('Linux (default)').waitFor();
    await inspect(watched, 'workflows-default');
    await row.hover();
    await row.getByRole('button', { name: 'Duplicate Database servers' }).click();
    await page.getByRole('heading', { name: 'Database servers (copy)' }).waitFor();
  });

  it('L-26 O-02 runs a task on a real endpoint and shows its output as it comes', async () => {
    const { api } = installation;
    await api.send('POST', '/tasks', { name: 'Count', os: 'linux', script: 'Count slowly' }, task);
    await page.goto('/endpoints?search=this-machine');
    await page.getByRole('link', { name: 'this-machine' }).click();
    await page.getByRole('button', { name: 'Run a task' }).click();
    await page.getByRole('combobox', { name: 'Task' }).fill('count');
    await page.getByRole('option', { name: 'Count', exact: true }).click();
    await page.getByRole('textbox', { name: 'upto' }).fill('6');
    await writeFile(pause, '');
    await page.getByRole('button', { name: 'Run on this-machine' }).click();
    const output = page.getByRole('log', { name: 'Output' });
    await output.getByText('number 1').waitFor();
    await page.getByText('goes on as it is printed').waitFor();
    expect(await output.getByText('number 2').count()).toBe(0);
    await rm(pause);
    await output.getByText('number 6').waitFor();
    await page
      .getByText('1 succeeded')
      .or(page.getByRole('img', { name: '1 succeeded' }))
      .first()
      .waitFor();
    await page.getByText('Errors (1)').click();
    const error = page.getByRole('log', { name: 'Errors' }).getByText('nearly');
    await error.waitFor();
    expect(await error.getAttribute('class')).toBe('ansi-1');
    await inspect(watched, 'run-task');
    await page.getByRole('button', { name: 'Open the cycle' }).click();
    await page.getByRole('heading', { name: 'Run Task: Count' }).waitFor();
  });

  it('L-26 L-27 schedules a task for a set time, lists it, and cancels it; repeats a health check', async () => {
    const year = new Date().getFullYear() + 1;
    await page.goto(`/system/tasks/${await idOf('/tasks', 'count')}`);
    await page.getByRole('button', { name: 'Run task' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run “Count”' });
    await dialog.getByRole('combobox', { name: 'Endpoints' }).fill('this');
    await page.getByRole('option', { name: 'this-machine' }).click();
    await page.keyboard.press('Tab');
    await dialog.getByText('At a set time').click();
    await dialog.locator('input[type=datetime-local]').fill(`${year}-05-04T03:00`);
    await dialog.getByText(`4 May ${year}, 03:00:00`).waitFor();
    await inspect(watched, 'run-task-at');
    await dialog.getByRole('button', { name: 'Schedule on this-machine' }).click();
    await page.getByText(`starts 4 May ${year}`).waitFor();
    await page.goto('/activities/scheduled');
    const row = page.getByRole('row', { name: /Count/ });
    await row.getByText('endpoint:this-machine').waitFor();
    await page
      .getByRole('row', { name: /The database answers/ })
      .getByText('every 1 h')
      .waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Cancel Count' }).click();
    await page.getByRole('dialog').getByText('does not start on endpoint:this-machine any more').waitFor();
    await confirmWith('Cancel it');
    await row.getByText('Cancelled').waitFor();
  });

  it('O-01 finds activities by task or endpoint, shows who started them, and saves all of them as CSV', async () => {
    await page.goto('/activities?columns=name,endpoint,by');
    await page.getByRole('searchbox').fill('say it');
    await page.waitForURL(/search=say/);
    await page.getByText('1 activity', { exact: true }).waitFor();
    await page
      .getByRole('row', { name: /Test-run of Say it/ })
      .getByText('grace')
      .waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save all of them as CSV' }).click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('this-machine,Test-run of Say it');
  });

  it('L-27 filters endpoints by what their health checks say', async () => {
    await page.goto('/endpoints');
    await page.getByRole('button', { name: 'Health' }).click();
    await page.getByRole('menuitem', { name: 'Unhealthy' }).click();
    await page.waitForURL(/health=unhealthy/);
    await page.getByText('1 endpoint', { exact: true }).waitFor();
    await page.getByRole('row', { name: /db-01/ }).waitFor();
  });

  it('O-10 sorts a list by its header, with the mouse and with the keyboard, and keeps that in the address', async () => {
    await page.goto('/system/scripts?origin=personal');
    const first = page.getByRole('row').nth(1);
    await first.getByText('Ask the database').waitFor();
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await page.waitForURL(/sort=-name/);
    await first.getByText('Drain from load balancer').waitFor();
    const changed = page.getByRole('columnheader', { name: 'Changed' });
    await changed.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/sort=-updatedAt/);
    expect(await changed.getAttribute('aria-sort')).toBe('descending');
  });

  it('W-07 W-12 explains a failed run and resumes it after saying what that touches', async () => {
    const ended = await installation.api.list('/runs', runSummary, { result: 'failed' });
    const failed = ended.find(({ plan }) => plan !== null);
    await page.goto(`/runs/${failed?.id}`);
    await page.getByText('post-patching steps run').first().waitFor();
    await page.getByText('as the workflow says').waitFor();
    await page.getByRole('button', { name: 'Skip' }).click();
    await page.getByRole('dialog').getByText('counts as skipped').waitFor();
    await inspect(watched, 'run-skip');
    await confirmWith('Skip the step');
    await page.getByText('The step is passed over; the run goes on.').waitFor();
    await page.getByText('Asked for by grace.').first().waitFor();
    const resumed = await waitFor(
      async () => {
        const now = await installation.api.get(`/runs/${failed?.id}`, run);
        return now.status === 'finished' && now;
      },
      { what: 'the run to finish again' },
    );
    expect(resumed.result).toBe('succeeded');
    await page.getByRole('heading', { level: 1 }).locator('..').getByText('Succeeded').waitFor();
  });

  it('O-05 changes a setting and says who did', async () => {
    await page.goto('/platform/settings');
    const field = page.getByRole('textbox', {
      name: 'How long an endpoint may take to come back from a reboot.',
    });
    await field.fill('0');
    await page.getByText('Must be a whole number of minutes from 1 to 1440').waitFor();
    await field.fill('45');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Changed by grace').waitFor();
    await inspect(watched, 'settings-changed');
  });

  it('S-03 makes an API token, shows it once, and revokes it', async () => {
    await page.goto('/platform/api-tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('nightly report');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText(/^patchbay_api_/).waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const row = page.getByRole('row', { name: /nightly report/ });
    await row.hover();
    await row.getByRole('button', { name: 'Revoke nightly report' }).click();
    await confirmWith('Revoke');
    await row.getByText('Revoked').waitFor();
    expect(await page.content()).not.toMatch(/patchbay_api_[A-Za-z0-9]/);
  });

  it('S-02 says to a viewer why they may not', async () => {
    const viewer = await joinedPage({ installation, browser }, 'viewer', 'vera');
    expect(await viewer.page.getByRole('link', { name: 'API tokens' }).count()).toBe(0);
    await viewer.page.goto('/system/workflows');
    await viewer.page.getByRole('button', { name: 'New workflow' }).hover();
    await viewer.page.getByText('Your role “viewer” does not include this').waitFor();
    await inspect(viewer, 'viewer-workflows');
    await viewer.page.context().close();
  });
});
