import { type Endpoint, endpoint, endpointPatch, endpointSummary } from '@patchbay/contracts/endpoint';
import { type Command, Option } from 'commander';
import { part } from '../api.ts';
import { api, collectPairs, reading, showList } from '../context.ts';
import { coloured, localTime, pairs, printFields, printJson, printLine, printList } from '../print.ts';

/** `patchbay endpoint …` (E-02, E-03, E-10, S-04). */
export function addEndpointCommands(program: Command): void {
  const group = program.command('endpoint').description('managed machines');

  reading(
    group
      .command('list')
      .description('list the endpoints')
      .option('--on <selector>', 'only those that a selector means')
      .addOption(
        new Option('--health <state>', 'only those in this state').choices([
          'healthy',
          'unhealthy',
          'unknown',
        ]),
      ),
  ).action(async (options: { json?: boolean; on?: string; health?: string }) => {
    const { on: selector, health } = options;
    const items = await api().list('/endpoints', endpointSummary, { selector, health });
    showList(
      items,
      options,
      [
        ['name', (item) => item.name],
        ['OS', (item) => `${item.osName} ${item.osVersion}`],
        ['status', (item) => coloured(item.status)],
        ['health', (item) => coloured(item.health ?? '')],
        ['patches', (item) => item.applicablePatches],
        ['security', (item) => item.securityPatches],
        ['reboot needed', (item) => (item.rebootNeeded === null ? '' : item.rebootNeeded ? 'yes' : 'no')],
        ['last seen', (item) => localTime(item.lastSeenAt)],
      ],
      'No endpoints yet: "patchbay enrolment-token create" is the first step.',
    );
  });

  reading(
    group.command('show').description('show an endpoint, its readiness and its patches').argument('<name>'),
  ).action(async (name: string, options: { json?: boolean }) => {
    const server = api();
    const found = await server.get(`/endpoints/${part(name)}`, endpoint);
    const patches = await server.list(`/endpoints/${part(name)}/patches`, endpointPatch);
    if (options.json) return printJson({ ...found, patches });
    const { policy } = found;
    const allowed = Object.entries(policy).flatMap(([what, may]) => (may ? [what] : []));
    printFields([
      ['name', found.name],
      [
        'OS',
        `${found.osName} ${found.osVersion}, kernel ${found.inventory.kernel}, ${found.inventory.architecture}`,
      ],
      ['status', coloured(found.status)],
      ['agent', `${found.agentVersion}; allows ${allowed.join(', ') || 'nothing'}`],
      ['tags', pairs(found.tags)],
      ['scanned', found.scanProblem ?? localTime(found.scannedAt)],
      ['reboot needed', rebootNeeded(found)],
      ['health', coloured(found.health ?? 'no health check has run yet')],
      ...found.healthChecks.map(({ task, healthy, reason, since }): readonly [string, string] => [
        '',
        `${task.name}: ${healthy ? 'healthy' : 'unhealthy'} since ${localTime(since)} (${reason})`,
      ]),
    ]);
    printLine();
    printLine('Readiness');
    for (const check of found.readiness) {
      printLine(
        `  ${check.state.padEnd(13)} ${check.name}: ${check.message}${check.action ? ` → ${check.action}` : ''}`,
      );
    }
    printLine();
    printLine('Applicable patches');
    printList(
      patches,
      [
        ['package', (patch) => patch.package],
        ['from', (patch) => patch.currentVersion],
        ['to', (patch) => patch.version],
        ['classification', (patch) => patch.classification],
      ],
      'None.',
    );
  });

  group
    .command('scan')
    .description('ask an endpoint for a patch scan')
    .argument('<name>')
    .action(async (name: string) => {
      await api().send('POST', `/endpoints/${part(name)}/scan`, {}, endpoint);
      printLine(`"${name}" was asked for a scan.`);
    });

  group
    .command('tag')
    .description("set an endpoint's tags; name= removes one")
    .argument('<name>')
    .argument('<tags...>', 'name=value')
    .action(async (name: string, given: string[]) => {
      const changes = given.reduce(
        (before, pair) => collectPairs(pair, before),
        {} as Record<string, string>,
      );
      const server = api();
      const { value, etag } = await server.getWithTag(`/endpoints/${part(name)}`, endpoint);
      const merged = Object.entries({ ...value.tags, ...changes }).filter(([, tag]) => tag !== '');
      const saved = await server.send(
        'PUT',
        `/endpoints/${part(name)}/tags`,
        { tags: Object.fromEntries(merged) },
        endpoint,
        etag,
      );
      printLine(`Tags of "${saved.name}": ${pairs(saved.tags) || 'none'}`);
    });

  group
    .command('revoke')
    .description('end the trust in an endpoint for good; its agent is cut off at once')
    .argument('<name>')
    .action(async (name: string) => {
      await api().send('POST', `/endpoints/${part(name)}/revoke`, {}, endpoint);
      printLine(`"${name}" is revoked.`);
    });
}

function rebootNeeded({ reboot }: Endpoint): string {
  if (reboot === null) return 'not known yet';
  return reboot.needed ? reboot.reasons.join('; ') || 'yes' : 'no';
}
