import { MultiSelect, NumberInput, SegmentedControl, TagsInput } from '@mantine/core';
import type { SavedPatchFilter } from '@patchbay/contracts/patch-filter';
import type { PlanInput } from '@patchbay/contracts/plan';
import { filterInWords } from '@patchbay/domain/patch/filter-words';
import { patchClassifications, patchSeverities } from '@patchbay/domain/patch/selection';
import { counted } from '@patchbay/domain/run/wording';
import { useQuery } from '@tanstack/react-query';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { DescriptionInput, NameInput } from '../../forms/name-fields.tsx';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { paths } from '../../paths.ts';
import { RouterLink } from '../../ui/router-link.tsx';
import { Section } from '../../ui/section.tsx';
import { patchesInWords } from './plan-words.ts';
import type { StepProps } from './step-props.ts';

type Choice = PlanInput['patches']['choice'];

const choices: Readonly<Record<Choice['which'], Choice>> = {
  all: { which: 'all' },
  matching: { which: 'matching', classifications: ['security'], severities: [] },
  filter: { which: 'filter', filter: '' },
  listed: { which: 'listed', ids: [] },
};

/** What the plan is called, and which patches it means (P-01, P-02). */
export function PatchesStep({ draft, said, onChange }: StepProps) {
  const { patches } = draft;
  const set = (part: Partial<PlanInput['patches']>): void => onChange({ patches: { ...patches, ...part } });
  return (
    <>
      <Section title="What it is">
        <div className="form-columns">
          <NameInput
            data-path="name"
            value={draft.name}
            error={said['name']}
            onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
          />
          <DescriptionInput
            value={draft.description}
            error={said['description']}
            onChange={({ currentTarget }) => onChange({ description: currentTarget.value })}
          />
        </div>
      </Section>
      <Section title="Which patches">
        <SegmentedControl
          aria-label="Which patches"
          mb="md"
          value={patches.choice.which}
          onChange={(which) => set({ choice: choices[which] })}
          data={[
            { value: 'all', label: 'All applicable' },
            { value: 'matching', label: 'By kind' },
            { value: 'filter', label: 'By saved filter' },
            { value: 'listed', label: 'Listed ones' },
          ]}
        />
        <div className="form-columns form-even">
          <ChoiceFields choice={patches.choice} said={said} onChange={(choice) => set({ choice })} />
          <TagsInput
            label="Never install"
            description="Patch ids or package names"
            value={[...patches.exclude]}
            error={said['patches.exclude']}
            onChange={(exclude) => set({ exclude })}
          />
          <NumberInput
            label="Known for at least"
            description="Days since this installation first saw the patch; 0: new ones, too"
            min={0}
            max={365}
            allowDecimal={false}
            value={patches.minimumAgeDays}
            error={said['patches.minimumAgeDays']}
            onChange={(value) => set({ minimumAgeDays: Number(value) })}
          />
        </div>
        <p className="form-words quiet">{patchesInWords(patches)}.</p>
      </Section>
    </>
  );
}

function ChoiceFields({
  choice,
  said,
  onChange,
}: {
  readonly choice: Choice;
  readonly said: StepProps['said'];
  readonly onChange: (choice: Choice) => void;
}) {
  switch (choice.which) {
    case 'all':
      return null;
    case 'matching':
      return (
        <>
          <MultiSelect
            label="Classification"
            description="None chosen: any"
            data={[...patchClassifications]}
            value={choice.classifications}
            onChange={(classifications) => onChange({ ...choice, classifications })}
          />
          <MultiSelect
            label="Severity"
            description="None chosen: any"
            data={[...patchSeverities]}
            value={choice.severities}
            onChange={(severities) => onChange({ ...choice, severities })}
          />
        </>
      );
    case 'filter':
      return (
        <div>
          <ThingPicker
            noun="patch-filters"
            label="Saved filter"
            description="As it is when a cycle opens"
            required
            chosen={choice.filter === '' ? null : { id: choice.filter, name: choice.filter }}
            error={said['patches.choice.filter'] ?? null}
            onChange={({ name }) => onChange({ which: 'filter', filter: name })}
          />
          <FilterNow name={choice.filter} />
        </div>
      );
    case 'listed':
      return (
        <TagsInput
          label="Patch ids"
          description="Enter or paste; separate with commas"
          value={choice.ids}
          error={said['patches.choice.ids']}
          onChange={(ids) => onChange({ which: 'listed', ids })}
        />
      );
  }
}

/** What the chosen filter matches now, and where filters are made; in a tab of its own, for the plan is not saved. */
function FilterNow({ name }: { readonly name: string }) {
  const filter = useQuery({
    ...thingQuery<SavedPatchFilter>('patch-filters', `/patch-filters/${part(name)}`),
    enabled: name !== '',
  });
  const { id, matches, filter: rule } = filter.data ?? {};
  return (
    <p className="form-words quiet" aria-live="polite">
      {name !== '' && rule !== undefined && matches !== undefined && (
        <>
          {counted(matches.patches, 'patch', 'patches')} on {counted(matches.endpoints, 'endpoint')} now:{' '}
          {filterInWords(rule)}.{' '}
          <RouterLink to={paths.patchFilter(String(id))} size="sm" underline="always" target="_blank">
            Look at it
          </RouterLink>{' '}
        </>
      )}
      <RouterLink to={paths.patchFilters} size="sm" underline="always" target="_blank">
        All patch filters
      </RouterLink>
    </p>
  );
}
