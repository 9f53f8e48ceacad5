import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type OperatingSystem,
  operatingSystemNames,
  operatingSystems,
} from '@patchbay/domain/operating-system';
import { environmentName } from '@patchbay/domain/script/parameter';
import { scriptProblems } from '@patchbay/domain/script/problems';
import { taskProblems } from '@patchbay/domain/task/problems';
import { workflowProblems } from '@patchbay/domain/workflow/problems';
import { describe, expect, it } from 'vitest';
import { readFolder } from './built-in-script.ts';

const library = new Map(operatingSystems.map((os) => [os, readFolder(os)]));
const folderOf = (os: OperatingSystem) => library.get(os) ?? readFolder(os);
const repeated = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);

/** What the agent sets in every script's environment. */
const setByAgent = ['FACTS', 'TREE', 'ACTIVITY', 'REHEARSAL'].map(environmentName);

/** The tasks that there must be at least, without the operating system's name (L-07). */
const minimum = [
  'Check if a Reboot Is Needed',
  'Reboot If Needed',
  'Disk Space Check',
  'Start Service',
  'Stop Service',
  'Service Status',
  'Backup Before Patching',
  'Message to Logged-In Users',
  'Collect Diagnostics',
  'TCP Health Check',
  'HTTP Health Check',
  'Wait Until the System Is Up',
];
const packageTasks: Readonly<Record<OperatingSystem, readonly string[]>> = {
  linux: ['Package Manager Health Check', 'Clean Package Cache'],
  windows: ['Windows Update Health Check', 'Clean Windows Update Cache'],
  aix: ['Package Manager Health Check', 'Clean Package Cache'],
  solaris: ['Package Manager Health Check', 'Clean Package Cache'],
};

describe.each(operatingSystems)('the built-in library for %s', (os) => {
  const { folder, scripts, tasks, workflows } = folderOf(os);
  const name = operatingSystemNames[os];
  const least = os === 'linux' || os === 'windows' ? 20 : 8;

  it(`L-07 has at least ${least} scripts and ${least} tasks, with one for each of the common tasks`, () => {
    const wanted = [...minimum, ...packageTasks[os]].map((task) => `${task} (${name})`);
    expect(tasks.map((task) => task.name)).toEqual(
      expect.arrayContaining([`Simple ${name} Reboot`, ...wanted]),
    );
    expect(scripts.length).toBeGreaterThanOrEqual(least);
    expect(tasks.length).toBeGreaterThanOrEqual(least);
  });

  it('L-07 has only scripts that could be saved, and says what their exit codes mean', () => {
    for (const script of scripts) {
      expect([script.name, ...scriptProblems(script)]).toEqual([script.name]);
      expect(script.os).toEqual([os]);
      expect(script.description, script.name).toMatch(/Exit codes: 0/);
      expect(script.content, script.name).toMatch(/^# Exit codes: 0/m);
    }
    const files = scripts.map(({ file }) => file.replace('scripts/', ''));
    expect(readdirSync(join(folder, 'scripts')).sort()).toEqual(files.sort());
  });

  it.each(scripts.map((script) => [script.name, script] as const))(
    'L-03 "%s" declares what it reads, reads what it declares, and explains it',
    (_, { content, parameters }) => {
      const read = new Set(content.match(/\bPATCHBAY_[A-Z_]+/g));
      const declared = parameters.map((parameter) => environmentName(parameter.name));
      expect([...read].filter((variable) => !setByAgent.includes(variable)).sort()).toEqual(declared.sort());
      for (const { label, help } of parameters) expect([label !== '', help !== '']).toEqual([true, true]);
    },
  );

  it.each(scripts.map((script) => [script.name, script] as const))(
    'L-04 "%s" names the facts that it publishes',
    (_, { content, description }) => {
      const published = [...content.matchAll(/\b(?:fact|Publish-Fact) '?([a-z][A-Za-z]+)/g)].map(
        (match) => match[1],
      );
      for (const fact of published) {
        expect(description).toContain(fact);
        expect(/^# Facts: .*?^(?=# Exit codes)/ms.exec(content)?.[0]).toContain(fact);
      }
    },
  );

  it('L-20 has tasks, a reboot among them, that fit their scripts', () => {
    expect(repeated(tasks.map((task) => task.name))).toEqual([]);
    for (const task of tasks) {
      const script = scripts.find((one) => one.name === task.script);
      expect(script === undefined, `the script of ${task.name}`).toBe(task.interactiveReboot !== null);
      const given = Object.entries(task.parameters).map(([key, value]) => [key, { value: value as string }]);
      const parameters = Object.fromEntries(given);
      const problems = script ? taskProblems({ ...task, parameters }, script, new Set()) : [];
      expect([task.name, ...problems]).toEqual([task.name]);
      expect([task.name, task.os, task.category === 'Reboot']).toEqual([task.name, os, task.reboots]);
      expect(task.reboots, task.name).toBe(/ Reboot$|^(?:Interactive )?Reboot /.test(task.name));
    }
    expect([...new Set(tasks.flatMap(({ script }) => script ?? []))].sort()).toEqual(
      scripts.map((one) => one.name).sort(),
    );
  });

  it('P-10 W-08 what runs in a rehearsal neither reboots nor harms when it is repeated', () => {
    for (const task of tasks.filter((one) => one.safeInRehearsal)) {
      expect([task.name, task.safeToRepeat, task.reboots]).toEqual([task.name, true, false]);
    }
    expect(tasks.filter((task) => task.category === 'Health Check' && !task.safeInRehearsal)).toEqual([]);
  });

  it('L-40 L-41 L-43 has one workflow, the default, that checks after patching if a reboot is needed and reboots if so', () => {
    expect(workflows).toMatchObject([
      {
        name: `${name} Patching`,
        os,
        default: true,
        prePatching: [],
        postPatching: [
          { task: `Check if a Reboot Is Needed (${name})`, condition: null },
          { task: `Simple ${name} Reboot`, condition: { fact: 'rebootNeeded', is: 'equal', value: 'true' } },
        ],
      },
    ]);
    for (const { prePatching, postPatching, afterReboot } of workflows) {
      const placed = (steps: readonly { task: string }[]) =>
        steps.map(({ task }) => {
          const found = tasks.find((one) => one.name === task);
          return found ? { ...found, interactiveReboot: null } : { name: task, missing: true as const };
        });
      const phases = {
        prePatching: placed(prePatching),
        postPatching: placed(postPatching),
        afterReboot: placed(afterReboot),
      };
      expect(workflowProblems({ os, ...phases })).toEqual([]);
    }
  });

  it.each([
    ['reboot need', 'Check if a Reboot Is Needed', 'Reboot If Needed'],
    ['schedule reboot', 'Simple', 'Reboot If Needed'],
  ])('has the part "%s" alike in both scripts that hold it', (part, one, other) => {
    const partOf = (prefix: string): string | undefined => {
      const script = scripts.find((each) => each.name.startsWith(prefix));
      return new RegExp(`^# ${part}: .*?^# end of: ${part}$`, 'ms').exec(script?.content ?? '')?.[0];
    };
    expect(partOf(one)).toBeDefined();
    expect(partOf(one)).toBe(partOf(other));
  });
});

describe('the built-in libraries of all operating systems', () => {
  const all = operatingSystems.map(folderOf);

  it('L-02 L-20 have no name twice', () => {
    expect(repeated(all.flatMap(({ scripts }) => scripts.map(({ name }) => name)))).toEqual([]);
    expect(repeated(all.flatMap(({ tasks }) => tasks.map(({ name }) => name)))).toEqual([]);
  });

  it('L-07 say of all but Linux that they were not verified on a real system', () => {
    const verified = all.flatMap(({ scripts }) => scripts.filter((script) => script.verified));
    expect(new Set(verified.flatMap(({ os }) => os))).toEqual(new Set(['linux']));
    const unverified = folderOf('linux').scripts.filter((script) => !script.verified);
    expect(unverified.map(({ name }) => name)).toEqual([
      'Running Containers (Linux)',
      'LVM Snapshot (Linux)',
    ]);
  });

  it('L-07 say of no script for Linux that it was verified unless a test runs it on a real Linux', () => {
    const here = import.meta.dirname;
    const lab = join(here, '../../../e2e/lab');
    const files = [
      join(here, 'library-linux.int.test.ts'),
      ...readdirSync(lab)
        .filter((file) => /^linux-library.*\.lab\.test\.ts$/.test(file))
        .map((file) => join(lab, file)),
    ];
    const tests = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const untried = folderOf('linux').scripts.filter(
      ({ name, file, verified }) =>
        verified && !tests.includes(`'${file.replace('scripts/', '')}'`) && !tests.includes(`'${name}'`),
    );
    expect(untried).toEqual([]);
  });

  it.each(['disk-space-check', 'http-check', 'message-users', 'tcp-check', 'wait-until'])(
    'have %s alike on AIX and Solaris, but for the search path',
    (file) => {
      const [aix, solaris] = (['aix', 'solaris'] as const).map(
        (os) => folderOf(os).scripts.find((script) => script.file === `scripts/${file}.sh`)?.content,
      );
      expect(aix).toBeDefined();
      expect(solaris?.replace(/^# The tools of the standard .*?^export PATH\n/ms, '')).toBe(aix);
    },
  );
});
