import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { endpoint, endpointPatch, endpointSummary } from '@patchbay/contracts/endpoint';
import { rebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import { runSummary } from '@patchbay/contracts/run';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Child } from './system/child.ts';
import { useCommandLine } from './system/command-line.ts';
import { patchbay } from './system/server-process.ts';

const line = useCommandLine();
const { cli, done, file, json, refused } = line;
let simulation: Child | undefined;

const onBoth = `kind: Plan
name: On both
assignments:
  - { endpoints: "tag:simulated=true", os: linux }
  - { endpoints: "tag:simulated=true", os: windows }
rollout: { failureThreshold: null }
`;
const asking = `kind: Workflow
name: Ask the user
os: windows
postPatching: [{ task: Interactive Reboot (Windows) }]
`;
const askOnWindows = `kind: Plan
name: Ask on Windows
assignments: [{ endpoints: "tag:simulated=true", os: windows, workflow: Ask the user }]
`;

beforeAll(async () => {
  // Plans warn of endpoints that are not there yet.
  await cli(['plan', 'create', '-f', file('both.yaml', onBoth)]);
  await done('workflow', 'create', '-f', file('ask.yaml', asking));
  await cli(['plan', 'create', '-f', file('ask-plan.yaml', askOnWindows)]);
});
afterEach(async () => {
  simulation?.kill('SIGKILL');
  await simulation?.end;
});

/** Starts a simulation and waits until all of its endpoints are there. */
async function simulate(...args: string[]): Promise<Child> {
  const env = line.environment();
  simulation = new Child([...patchbay, 'simulate', '--speed', '500', ...args], { env });
  await simulation.prints('All are there.');
  return simulation;
}

async function endAndRemove(child: Child): Promise<void> {
  child.kill('SIGINT');
  expect(await child.end).toEqual({ code: 0, signal: null });
  expect(child.stderr).toBe('');
  await done('simulate', '--remove');
}

/** Activates a plan, waits for its cycle, and answers it with what became of each endpoint. */
async function activate(
  plan: string,
): Promise<{ ended: Cycle; outcomes: [string, string | null, string | null][] }> {
  const { stdout } = await cli(['plan', 'activate', plan, '--wait', '--json']);
  const ended = cycle.parse(JSON.parse(stdout));
  const runs = await line.api.list('/runs', runSummary, { cycle: ended.id });
  const outcomes = runs.map((run): [string, string | null, string | null] => [
    run.endpoint.name,
    run.result,
    run.reason,
  ]);
  return { ended, outcomes: outcomes.toSorted(([one], [other]) => one.localeCompare(other)) };
}

describe('patchbay simulate', () => {
  it('P-04 50 simulated endpoints finish a plan by the default workflows of two operating systems, the same for the same seed', async () => {
    const fleet = ['--endpoints', '50', '--seed', 'again', '--fail-rate', '0.1'];
    const first = await simulate(...fleet);
    const endpoints = await json(endpointSummary.array(), 'endpoint', 'list');
    expect(endpoints.filter(({ os }) => os === 'windows')).toHaveLength(25);
    for (const { name, tags } of endpoints) {
      expect(name).toMatch(/^simulated-/);
      expect(tags).toEqual({ simulated: 'true' });
    }
    const once = await activate('On both');
    expect(once.ended).toMatchObject({ status: 'finished', runs: { total: 50 } });
    const results = new Set(once.outcomes.map(([, result]) => result));
    expect(results).toEqual(new Set(['succeeded', 'partial', 'failed']));
    await endAndRemove(first);

    const second = await simulate(...fleet);
    const twice = await activate('On both');
    expect(twice.outcomes).toEqual(once.outcomes);
    await endAndRemove(second);
  });

  it('W-10 its machines come back from a reboot in another boot, with what was installed', async () => {
    const child = await simulate(
      '--endpoints',
      '6',
      '--os',
      'windows',
      '--fail-rate',
      '0',
      '--offline-rate',
      '0.3',
    );
    const before = await line.api.list('/endpoints', endpointSummary, { selector: 'tag:simulated=true' });
    const boots = await Promise.all(before.map(({ id }) => line.api.get(`/endpoints/${id}`, endpoint)));
    const { ended } = await activate('On both');
    expect(ended.result).toBe('succeeded');
    for (const { id, bootId } of boots) {
      const after = await line.api.get(`/endpoints/${id}`, endpoint);
      expect(after.bootId).not.toBe(bootId);
      // It looks for patches when it has reported, which the cycle does not wait for.
      const lacks = () => line.api.list(`/endpoints/${id}/patches`, endpointPatch);
      await waitFor(async () => (await lacks()).length === 0, { what: 'the scan after the patch operation' });
    }
    await endAndRemove(child);
  });

  it('R-02 its users answer, snooze or are not there, and in the end all endpoints have rebooted', async () => {
    const child = await simulate('--endpoints', '8', '--os', 'windows', '--fail-rate', '0');
    const { ended } = await activate('Ask on Windows');
    expect(ended.result).toBe('succeeded');
    const statuses = async () =>
      (await line.api.list('/reboots', rebootFlowSummary)).map(({ status }) => status);
    await waitFor(async () => !(await statuses()).some((status) => status !== 'ended'), {
      what: 'the end of all flows at the server',
    });
    expect(await statuses()).toHaveLength(8);
    await endAndRemove(child);
  });

  it('S-04 ends when all of its endpoints are revoked; until then a second simulation is refused', async () => {
    const child = await simulate('--endpoints', '2');
    expect(await refused(3, ['simulate', '--endpoints', '2'])).toContain('2 simulated endpoints already');
    await done('simulate', '--remove');
    expect(await child.end).toEqual({ code: 0, signal: null });
    expect(child.stdout).not.toContain('stay on the server');
    expect(await done('simulate', '--remove')).toBe('There are no simulated endpoints.\n');
  });

  it.each([
    [[], 'how many endpoints?'],
    [['--endpoints', '0'], 'from 1 on'],
    [['--endpoints', '1001'], '1000 at most'],
    [['--endpoints', '2', '--os', 'linux,beos'], '"beos" cannot be simulated'],
    [['--endpoints', '2', '--fail-rate', '2'], 'from 0 to 1'],
    [['--endpoints', '2', '--offline-rate', '1'], 'from 0 to 0.9'],
    [['--endpoints', '2', '--speed', 'fast'], 'from 0.1 to 1000'],
  ])('%j is wrong usage', async (args, words) => {
    expect(await refused(2, ['simulate', ...args])).toContain(words);
  });

  it('is not for a server on another machine unless told', async () => {
    const env = { PATCHBAY_URL: 'https://patchbay.example.com' };
    expect(await refused(2, ['simulate', '--endpoints', '2'], { env })).toContain('--allow-remote');
  });
});
