import type { Endpoint } from '@patchbay/contracts/endpoint';
import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import { sentence } from '../../forms/field-errors.ts';
import { paths } from '../../paths.ts';
import { bytesText, durationText } from '../../ui/instant.ts';
import { RouterLink } from '../../ui/router-link.tsx';
import { FactList, Nothing, Section } from '../../ui/section.tsx';
import { StatusMark, StatusSign } from '../../ui/status-mark.tsx';
import { readinessStates } from '../../ui/statuses.ts';
import { Ago, When } from '../../ui/time.tsx';
import { useEndpointQuery } from './endpoint-frame.tsx';
import { EndpointTimes } from './endpoint-times.tsx';
import { Tags } from './tags.tsx';
import './endpoint-overview.css';

/** Whether it is ready, what it is, and what it lets its server do (E-02, E-06, E-10). */
export function EndpointOverview() {
  const { data: endpoint } = useEndpointQuery();
  if (endpoint === undefined) return null;
  return (
    <div className="endpoint-overview">
      <div className="endpoint-column">
        {endpoint.healthChecks.length > 0 && <HealthChecks checks={endpoint.healthChecks} />}
        <Readiness checks={endpoint.readiness} />
        <Machine endpoint={endpoint} />
      </div>
      <div className="endpoint-column">
        <PatchState endpoint={endpoint} />
        <EndpointTimes id={endpoint.id} />
        <Permissions endpoint={endpoint} />
        <Disks endpoint={endpoint} />
      </div>
    </div>
  );
}

const checkNames: Readonly<Record<ReadinessCheck['name'], string>> = {
  packageManager: 'Package manager',
  repositories: 'Repositories',
  diskSpace: 'Disk space',
  at: 'at command',
  clock: 'Clock',
  privileges: 'Privileges',
  notifier: 'Notifier',
  provider: 'Patch provider',
};
const worstFirst: readonly ReadinessCheck['state'][] = ['failed', 'warning', 'ok', 'notApplicable'];

function Readiness({ checks }: { readonly checks: readonly ReadinessCheck[] }) {
  const sorted = checks.toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state));
  return (
    <Section title="Readiness">
      {sorted.length === 0 ? (
        <Nothing title="Not checked yet">The agent reports its checks when it is connected.</Nothing>
      ) : (
        <ul className="readiness">
          {sorted.map(({ name, state, message, action }) => (
            <li key={name}>
              <StatusSign tone={readinessStates[state].tone} size={17} />
              <div>
                <strong>{checkNames[name]}</strong>{' '}
                <span className={`readiness-state status-${readinessStates[state].tone}`}>
                  {readinessStates[state].label}
                </span>
                <div>{message}</div>
                {action !== null && (
                  <div className="readiness-action">
                    <strong>What to do:</strong> {action}
                  </div>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function HealthChecks({ checks }: { readonly checks: Endpoint['healthChecks'] }) {
  return (
    <Section title="Health">
      <ul className="readiness">
        {checks.map(({ task, healthy, reason, since, checkedAt, run }) => (
          <li key={task.id}>
            <StatusSign tone={healthy ? 'good' : 'bad'} size={17} />
            <div>
              <RouterLink to={paths.task(task.id)} size="sm" fw={600}>
                {task.name}
              </RouterLink>{' '}
              <span className={`readiness-state ${healthy ? 'status-good' : 'status-bad'}`}>
                {healthy ? 'Healthy' : 'Unhealthy'}
              </span>
              <div>{sentence(reason)}</div>
              <div className="quiet">
                Since <When at={since} />,{' '}
                <RouterLink to={paths.run(run)} size="sm">
                  checked <Ago at={checkedAt} />
                </RouterLink>
              </div>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function PatchState({ endpoint }: { readonly endpoint: Endpoint }) {
  const { applicablePatches, securityPatches, reboot, pendingReboot, scannedAt, scanProblem } = endpoint;
  return (
    <Section title="Patches and reboot">
      <FactList
        facts={[
          ['Applicable patches', applicablePatches === null ? 'not scanned yet' : String(applicablePatches)],
          ['Security patches', String(securityPatches ?? '–')],
          ['Last scan', <Ago key="scan" at={scannedAt} none="never" />],
          [
            'Reboot',
            reboot?.needed ? (
              <StatusMark key="reboot" tone="warn">
                Needed
              </StatusMark>
            ) : reboot === null ? (
              'not known'
            ) : (
              'not needed'
            ),
          ],
          ...(pendingReboot === null
            ? []
            : [
                [
                  'Its users are asked',
                  <RouterLink key="pending" to={`${paths.endpoint(endpoint.id)}/reboots`} size="sm">
                    See what comes next
                  </RouterLink>,
                ] as const,
              ]),
        ]}
      />
      {reboot !== null && reboot.reasons.length > 0 && (
        <p className="endpoint-note">Because: {reboot.reasons.join('; ')}.</p>
      )}
      {scanProblem !== null && (
        <p className="endpoint-note">
          <StatusMark tone="bad">The last scan failed:</StatusMark> {scanProblem}
        </p>
      )}
    </Section>
  );
}

function Machine({ endpoint }: { readonly endpoint: Endpoint }) {
  const { inventory, agentVersion, enrolledAt, tags } = endpoint;
  return (
    <Section title="Machine">
      <FactList
        facts={[
          ['Host name', inventory.hostname],
          ['Kernel', inventory.kernel],
          ['Architecture', inventory.architecture],
          ['Addresses', inventory.addresses.join(', ')],
          ['Up for', durationText(inventory.uptimeSeconds * 1000)],
          ['Time zone', inventory.timeZone],
          ['Signed-in users', inventory.users.map(({ name }) => name).join(', ') || 'nobody'],
          ['Agent', agentVersion],
          ['Enrolled', <When key="enrolled" at={enrolledAt} />],
          ['Tags', <Tags key="tags" tags={tags} />],
          ...Object.entries(inventory.extra),
        ]}
      />
    </Section>
  );
}

const permissionNames: Readonly<Record<keyof Endpoint['policy'], string>> = {
  scan: 'Look for patches',
  run: 'Run scripts',
  install: 'Install patches',
  reboot: 'Reboot',
};

function Permissions({ endpoint: { policy } }: { readonly endpoint: Endpoint }) {
  const names = Object.keys(permissionNames) as (keyof Endpoint['policy'])[];
  return (
    <Section title="What its own policy allows">
      <ul className="permissions">
        {names.map((name) => (
          <li key={name}>
            <StatusMark tone={policy[name] ? 'good' : 'stopped'}>
              {permissionNames[name]}
              {policy[name] ? '' : ': refused'}
            </StatusMark>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Disks({ endpoint: { inventory } }: { readonly endpoint: Endpoint }) {
  if (inventory.disks.length === 0) return null;
  return (
    <Section title="Disks">
      <ul className="disks">
        {inventory.disks.map(({ mount, totalBytes, freeBytes }) => (
          <li key={mount}>
            <span className="code clip" title={mount}>
              {mount}
            </span>
            <span className="figures quiet">
              {bytesText(freeBytes)} of {bytesText(totalBytes)} free
            </span>
            <progress
              max={Math.max(totalBytes, 1)}
              value={totalBytes - freeBytes}
              aria-label={`Used of ${mount}`}
              className={freeBytes < totalBytes / 10 ? 'disk-full' : undefined}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}
