import { Alert } from '@mantine/core';
import type { RebootFlow } from '@patchbay/contracts/reboot-flow';
import { IconBan } from '@tabler/icons-react';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Linked } from '../../ui/linked.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { FactList, Section } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { rebootShown } from '../../ui/statuses.ts';
import { Ago, When } from '../../ui/time.tsx';
import { useCancelReboot } from './cancel-reboot.ts';
import { FlowTimeline } from './flow-timeline.tsx';
import { standing } from './reboot-words.ts';
import './flow.css';

/** A flow of Interactive Reboot: what was shown and answered, what comes next, and the latest reboot. */
export function FlowView({ flow }: { readonly flow: RebootFlow }) {
  const { id, endpoint, run, pending, used, settings, nextAt, latestRebootAt, activities, disputed } = flow;
  const shown = rebootShown(flow);
  return (
    <div className="flow-view">
      <div className="flow-main">
        {disputed && (
          <Alert variant="outline" className="remark remark-warn" title="Some reports are disputed">
            The endpoint has reported something that the rules of Interactive Reboot do not allow. It is kept,
            marked below, and has changed nothing.
          </Alert>
        )}
        <Section title={pending ? 'What happened, and what comes' : 'What happened'}>
          <FlowTimeline flow={flow} />
        </Section>
      </div>
      <div className="flow-side">
        <Section title={pending ? 'Now' : 'How it ended'} actions={<CancelButton flow={flow} />}>
          <p className="flow-standing">
            <Status shown={shown} large />
            {pending && <span>{standing(flow)}</span>}
          </p>
          {pending && (
            <dl className="flow-times">
              <div>
                <dt>Latest reboot</dt>
                <dd>
                  <When at={latestRebootAt} none="not certain" />
                </dd>
                <dd className="quiet">{latestRebootAt !== null && <Ago at={latestRebootAt} />}</dd>
              </div>
              <div>
                <dt>Next</dt>
                <dd>
                  <When at={nextAt} none="nothing by itself" />
                </dd>
                <dd className="quiet">{nextAt !== null && <Ago at={nextAt} />}</dd>
              </div>
            </dl>
          )}
        </Section>
        <Section title="Flow">
          <FactList
            facts={[
              ['Endpoint', <Linked key="endpoint" link={endpoint} path={paths.endpoint} />],
              [
                'Run',
                <RouterLink key="run" to={paths.run(run)} size="sm">
                  #{run}
                </RouterLink>,
              ],
              [
                activities.length > 1 ? 'Activities that want it' : 'Activity',
                activities.map((one) => (
                  <div key={one.id}>
                    <RouterLink to={paths.activity(one.id)} size="sm">
                      {one.id}
                    </RouterLink>
                    {one.stopAskedAt !== null && <span className="quiet"> asked to be given up</span>}
                  </div>
                )),
              ],
              ['Put off', `${used} of ${settings.notificationCount}`],
              ['Began', <When key="began" at={flow.startedAt} />],
              ['Heard of it', <Ago key="heard" at={flow.reportedAt} />],
            ]}
          />
          <p className="flow-note quiet">
            Times are by the endpoint’s own clock. Everything is also in{' '}
            <RouterLink to={paths.logs} search={{ category: 'reboot', endpoint: endpoint.id ?? '' }} inherit>
              Logs &amp; Alerts
            </RouterLink>
            . Flow {id}.
          </p>
        </Section>
      </div>
    </div>
  );
}

function CancelButton({ flow }: { readonly flow: RebootFlow }) {
  const { refusal, cancel } = useCancelReboot();
  if (!flow.pending) return null;
  return (
    <ActionButton
      size="xs"
      icon={IconBan}
      refusal={refusal(flow, flow.canCancel)}
      onClick={() => cancel(flow)}
    >
      Cancel the reboot
    </ActionButton>
  );
}
