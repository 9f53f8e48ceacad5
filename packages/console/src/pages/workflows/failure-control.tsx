import { Select } from '@mantine/core';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Setting } from '@patchbay/contracts/setting';
import { settingDefinitions } from '@patchbay/domain/setting/definitions';
import type { ControlOverrides } from '@patchbay/domain/workflow/workflow';
import { useQuery } from '@tanstack/react-query';
import { thingQuery } from '../../api/things.ts';
import { Section } from '../../ui/section.tsx';
import { failureSentences, type SystemControl } from './failure-sentences.ts';
import type { WorkflowDraft } from './workflow-values.ts';

const choices: readonly {
  readonly name: keyof ControlOverrides;
  readonly label: string;
  readonly answers: readonly { readonly value: string; readonly label: string }[];
}[] = [
  {
    name: 'afterPreFailure',
    label: 'After a pre-patching failure',
    answers: [
      { value: 'never', label: 'No post-patching steps' },
      { value: 'always', label: 'Run post-patching steps' },
    ],
  },
  {
    name: 'afterPatchFailure',
    label: 'After a failed patch operation',
    answers: [
      { value: 'never', label: 'No post-patching steps' },
      { value: 'always', label: 'Run post-patching steps' },
    ],
  },
  {
    name: 'afterPostFailure',
    label: 'After a post-patching failure',
    answers: [
      { value: 'stop', label: 'Stop' },
      { value: 'continue', label: 'Run the other steps' },
    ],
  },
];
const bySystem = 'system';

/** What happens on failure, in a sentence each, and whether the workflow or the system configuration says so (W-07). */
export function FailureControl({
  draft,
  readOnly,
  onChange,
}: {
  readonly draft: WorkflowDraft;
  readonly readOnly: boolean;
  readonly onChange: (draft: WorkflowDraft) => void;
}) {
  const system = useSystemControl();
  const { control, steps } = draft;
  const sentences = failureSentences(
    {
      control,
      preSteps: steps.prePatching.length,
      postSteps: steps.postPatching.length,
      checks: steps.afterReboot.length,
    },
    system,
  );
  return (
    <Section title="What happens on failure">
      <ul className="failure-control">
        {choices.map(({ name, label, answers }) => (
          <li key={name}>
            <Select
              label={label}
              allowDeselect={false}
              readOnly={readOnly}
              data={[
                {
                  value: bySystem,
                  label: `As configured: ${answers.find(({ value }) => value === system[name])?.label.toLowerCase() ?? ''}`,
                },
                ...answers,
              ]}
              value={control[name] ?? bySystem}
              onChange={(value) =>
                onChange({ ...draft, control: { ...control, [name]: value === bySystem ? null : value } })
              }
            />
            <p>{sentences[name]}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What the system configuration says; its defaults while it is being read. */
function useSystemControl(): SystemControl {
  const { data } = useQuery(thingQuery<ListPage<Setting>>('settings', '/settings'));
  const valueOf = <Name extends keyof SystemControl>(name: Name): SystemControl[Name] => {
    const full = `postPatching.${name}` as const;
    const found = data?.items.find((setting) => setting.name === full)?.value;
    return (found ?? settingDefinitions[full].default) as SystemControl[Name];
  };
  return {
    afterPreFailure: valueOf('afterPreFailure'),
    afterPatchFailure: valueOf('afterPatchFailure'),
    afterPostFailure: valueOf('afterPostFailure'),
  };
}
