import { cycle } from '@patchbay/contracts/cycle';
import { plan } from '@patchbay/contracts/plan';
import { script } from '@patchbay/contracts/script';
import { task } from '@patchbay/contracts/task';
import { taskSchedule } from '@patchbay/contracts/task-schedule';
import { workflow } from '@patchbay/contracts/workflow';
import { waitFor } from '@patchbay/testkit/wait-for';
import type { Installation } from './installation.ts';
import { healthCheckMark } from './sample-machines.ts';

/** What people have made: a script with parameters and revisions, tasks, a workflow, a plan and its finished cycle. */
export async function makeSampleLibrary({ api }: Installation): Promise<{ readonly cycle: number }> {
  const drain = {
    name: 'Drain from load balancer',
    description: 'Takes this node out of its pool and waits until the last connection has ended.',
    category: 'Load balancer',
    os: ['linux'],
    interpreter: 'sh',
    content: drainScript,
    parameters: [
      { name: 'pool', label: 'Pool', type: 'string', required: true, help: 'As the load balancer calls it.' },
      { name: 'wait_seconds', label: 'Longest wait', type: 'number', default: 300 },
      { name: 'mode', label: 'How', type: 'choice', choices: ['gentle', 'at once'], default: 'gentle' },
      { name: 'verbose', type: 'boolean', default: false },
      { name: 'token', label: 'API token', type: 'secret', required: true, help: 'Of the load balancer.' },
    ],
  };
  const made = await api.send('POST', '/scripts', { ...drain, note: 'First version' }, script);
  const { etag } = await api.getWithTag(`/scripts/${made.id}`, script);
  const better = drainScript.replace('sleep 5', 'sleep 2').replace('# Out', '# Out, and stay out');
  await api.send(
    'PUT',
    `/scripts/${made.id}`,
    { ...drain, content: better, note: 'Poll more often' },
    script,
    etag,
  );

  await api.send(
    'POST',
    '/tasks',
    {
      name: 'Drain web pool',
      description: 'Before patching a web server.',
      os: 'linux',
      script: drain.name,
      parameters: { pool: 'web', token: 'a-secret-of-the-load-balancer' },
      successExitCodes: [0, 4],
      retries: { count: 2, delaySeconds: 30 },
      safeToRepeat: true,
    },
    task,
  );
  await api.send(
    'POST',
    '/workflows',
    {
      name: 'Web servers',
      description: 'Drain, patch, look whether it answers.',
      os: 'linux',
      control: { afterPreFailure: 'always' },
      prePatching: [
        { task: 'Disk Space Check (Linux)' },
        { task: 'Drain web pool', onFailure: 'continue', timeoutMinutes: 10 },
      ],
      postPatching: [
        {
          task: 'Check if a Reboot Is Needed (Linux)',
          condition: { fact: 'disk.free', is: 'notEqual', value: '0 GB' },
        },
      ],
    },
    workflow,
  );
  await api.send(
    'POST',
    '/scripts',
    {
      name: 'Ask the database',
      os: ['linux'],
      interpreter: 'sh',
      content: `${healthCheckMark}\npg_isready\n`,
    },
    script,
  );
  const check = { name: 'The database answers', os: 'linux', category: 'Health Check' };
  await api.send('POST', '/tasks', { ...check, script: 'Ask the database' }, task);
  const on = 'endpoint:app-01.example.net,endpoint:db-01.example.net';
  await api.send('POST', '/task-runs', { task: check.name, on }, cycle);
  const everyHour = {
    at: `${new Date().getFullYear() + 1}-05-04T02:00:00Z`,
    everyMinutes: 60,
    spreadMinutes: 10,
  };
  await api.send(
    'POST',
    '/task-runs',
    { task: check.name, on: 'tag:role=database', ...everyHour },
    taskSchedule,
  );
  const nightly = await api.send(
    'POST',
    '/plans',
    {
      name: 'Linux servers, monthly',
      description: 'Everything but the cluster.',
      assignments: [{ endpoints: 'tag:ring=pilot,tag:ring=broad', os: 'linux', workflow: 'Web servers' }],
    },
    plan,
  );
  const opened = await api.send('POST', `/plans/${nightly.id}/activate`, {}, cycle);
  await waitFor(async () => (await api.get(`/cycles/${opened.id}`, cycle)).status === 'finished', {
    what: 'the sample cycle to finish',
  });
  return { cycle: opened.id };
}

const drainScript = `#!/bin/sh
# Out of the pool, then wait for the last connection.
set -eu

echo "Draining $(hostname) from pool $PATCHBAY_POOL"
waited=0
while [ "$(ss -Htn state established | wc -l)" -gt 0 ]; do
  [ "$waited" -ge "\${PATCHBAY_WAIT_SECONDS:-300}" ] && exit 4
  sleep 5
  waited=$((waited + 5))
done
echo "drained=true" >> "$PATCHBAY_FACTS"
`;
