import { Button, Select } from '@mantine/core';
import { deepestRule, type GroupRule } from '@patchbay/domain/group/rule';
import { IconPlus, IconX } from '@tabler/icons-react';
import { IconAction } from '../../ui/action-button.tsx';
import { ConditionRow } from './condition-row.tsx';
import { newCondition, type RuleTree } from './rule-draft.ts';
import './rule-builder.css';

const kinds = [
  { value: 'all', label: 'All of these hold' },
  { value: 'any', label: 'At least one of these holds' },
  { value: 'none', label: 'None of these holds' },
];

/** A rule as a tree that is changed by hand: all, any or none of conditions and further rules (E-13). */
export function RuleBuilder({
  rule,
  path = 'rule',
  depth = 1,
  errors,
  readOnly,
  onChange,
  onRemove = null,
}: {
  readonly rule: RuleTree;
  /** Where the rule is in the whole one, as messages name it. */
  readonly path?: string;
  /** The outermost one is 1. */
  readonly depth?: number;
  readonly errors: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
  readonly onChange: (rule: RuleTree) => void;
  /** Null: the outermost one stays. */
  readonly onRemove?: (() => void) | null;
}) {
  const place = path === 'rule' ? 'the rule' : `rule ${path.replaceAll(/\D+/g, ' ').trim()}`;
  const set = (of: readonly GroupRule[]): void => onChange({ ...rule, of });
  const replace = (index: number, one: GroupRule): void => set(rule.of.with(index, one));
  const remove = (index: number): void => set(rule.of.toSpliced(index, 1));
  const problem = errors.get(path);
  return (
    <fieldset className={`rule-tree rule-${rule.is}`}>
      <legend className="for-screen-readers">{place}</legend>
      <div className="rule-head">
        <Select
          size="xs"
          aria-label={`How the parts of ${place} count`}
          allowDeselect={false}
          readOnly={readOnly}
          data={kinds}
          value={rule.is}
          onChange={(is) => onChange({ ...rule, is: is as RuleTree['is'] })}
        />
        {onRemove !== null && !readOnly && (
          <IconAction icon={IconX} label={`Remove ${place}`} onClick={onRemove} />
        )}
      </div>
      <ul className="rule-parts">
        {rule.of.map((one, index) => {
          const own = `${path}.of.${index}`;
          return (
            <li key={own}>
              {'of' in one ? (
                <RuleBuilder
                  rule={one}
                  path={own}
                  depth={depth + 1}
                  errors={errors}
                  readOnly={readOnly}
                  onChange={(next) => replace(index, next)}
                  onRemove={() => remove(index)}
                />
              ) : (
                <ConditionRow
                  condition={one}
                  path={own}
                  errors={errors}
                  readOnly={readOnly}
                  onChange={(next) => replace(index, next)}
                  onRemove={() => remove(index)}
                />
              )}
            </li>
          );
        })}
      </ul>
      {problem !== undefined && <p className="rule-problem status-bad">{problem}</p>}
      {!readOnly && (
        <div className="rule-add">
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => set([...rule.of, newCondition])}
          >
            Condition
          </Button>
          {depth + 2 <= deepestRule && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => set([...rule.of, { is: 'any', of: [newCondition] }])}
            >
              Rule within
            </Button>
          )}
        </div>
      )}
    </fieldset>
  );
}
