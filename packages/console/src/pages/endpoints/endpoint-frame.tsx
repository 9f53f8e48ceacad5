import type { Endpoint } from '@patchbay/contracts/endpoint';
import { IconPlayerPlay, IconRadar2, IconTag, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { part, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { Os } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { Status, StatusMark } from '../../ui/status-mark.tsx';
import { endpointStatuses } from '../../ui/statuses.ts';
import { TabNav } from '../../ui/tab-nav.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { openRunTask } from '../tasks/run-task-dialog.tsx';
import { editTags } from './tags-form.tsx';

/** The endpoint of the page's address. */
export function useEndpointQuery() {
  const { id } = useParams({ strict: false }) as { id: string };
  return useQuery(thingQuery<Endpoint>('endpoints', `/endpoints/${part(id)}`));
}

/** What stands above all pages of one endpoint. */
export function EndpointFrame() {
  const query = useEndpointQuery();
  return <Thing query={query}>{(endpoint) => <Frame endpoint={endpoint} />}</Thing>;
}

function Frame({ endpoint }: { readonly endpoint: Endpoint }) {
  const { id, name, status, health, pendingReboot, os, osName, osVersion, lastSeenAt } = endpoint;
  const shown = endpointStatuses[status];
  const own = paths.endpoint(id);
  return (
    <Page
      title={name}
      mark={
        <>
          <Status shown={shown} />
          {health === 'unhealthy' && <StatusMark tone="bad">Unhealthy</StatusMark>}
          {pendingReboot !== null && <StatusMark tone="warn">Pending reboot</StatusMark>}
        </>
      }
      description={
        <>
          <Os os={os}>{`${osName} ${osVersion}`}</Os>
          {status !== 'connected' && (
            <>
              {' '}
              · last seen <Ago at={lastSeenAt} none="never" />
            </>
          )}
        </>
      }
      trail={[{ label: 'Endpoints', to: paths.endpoints }]}
      actions={<Actions endpoint={endpoint} />}
      fixed
    >
      <TabNav
        label={`Pages of ${name}`}
        tabs={[
          { to: own, label: 'Overview' },
          { to: `${own}/patches`, label: 'Patches' },
          { to: `${own}/runs`, label: 'Runs' },
          { to: `${own}/reboots`, label: 'Reboots' },
        ]}
      />
      <Outlet />
    </Page>
  );
}

function Actions({ endpoint }: { readonly endpoint: Endpoint }) {
  const { id, name, status, tags } = endpoint;
  const refusal = useRefusal();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: ({
      method,
      path,
      body,
    }: {
      method: 'POST' | 'PUT';
      path: string;
      body?: unknown;
      done: string;
    }) => send<Endpoint>(method, `/endpoints/${part(id)}/${path}`, body),
    onSuccess: async (_answer, { done }) => {
      notifyDone(done);
      await queryClient.invalidateQueries({ queryKey: ['endpoints'] });
    },
    onError: notifyProblem,
  });
  const revoked = status === 'revoked' ? 'It has been revoked.' : null;
  return (
    <>
      <ActionButton
        variant="filled"
        icon={IconPlayerPlay}
        refusal={revoked ?? refusal('task.run')}
        onClick={() => openRunTask({ endpoint })}
      >
        Run a task
      </ActionButton>
      <ActionButton
        icon={IconRadar2}
        refusal={revoked ?? refusal('endpoint.scan')}
        loading={act.isPending && act.variables.path === 'scan'}
        onClick={() =>
          act.mutate({
            method: 'POST',
            path: 'scan',
            done:
              status === 'connected'
                ? `${name} looks for patches now.`
                : `${name} looks for patches when it comes back.`,
          })
        }
      >
        Look for patches
      </ActionButton>
      <ActionButton
        icon={IconTag}
        refusal={revoked ?? refusal('endpoint.tag')}
        onClick={() =>
          editTags(name, tags, (changed) =>
            act.mutateAsync({
              method: 'PUT',
              path: 'tags',
              body: { tags: changed },
              done: `The tags of ${name} are saved.`,
            }),
          )
        }
      >
        Tags
      </ActionButton>
      <ActionButton
        icon={IconTrash}
        refusal={revoked ?? refusal('endpoint.revoke')}
        onClick={() =>
          confirm({
            title: `Revoke ${name}?`,
            touches: (
              <>
                Its agent is disconnected at once and can never come back; what runs on it is lost to
                Patchbay. To manage the machine again it must be enrolled anew. Its history stays.
              </>
            ),
            action: 'Revoke',
            dangerous: true,
            onConfirm: () =>
              act.mutate({ method: 'POST', path: 'revoke', done: `${name} has been revoked.` }),
          })
        }
      >
        Revoke
      </ActionButton>
    </>
  );
}
