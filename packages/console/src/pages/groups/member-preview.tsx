import type { GroupPreview } from '@patchbay/contracts/group';
import type { GroupRule } from '@patchbay/domain/group/rule';
import { usePreview } from '../../forms/use-preview.ts';
import { paths } from '../../paths.ts';
import { Os } from '../../ui/os.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Section } from '../../ui/section.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';

/** Which endpoints a rule means now, saved or not; null while the rule cannot be asked for. */
export function MemberPreview({ rule }: { readonly rule: GroupRule | null }) {
  const preview = usePreview<GroupPreview>({
    noun: 'endpoints',
    path: '/groups/preview',
    request: rule && { rule },
  });
  return (
    <Section title="Who belongs to it now">
      {rule === null ? (
        <span className="quiet">Mend the rule first.</span>
      ) : preview.isError ? (
        <ProblemView error={preview.error} />
      ) : (
        preview.data !== undefined && <Members preview={preview.data} />
      )}
    </Section>
  );
}

function Members({ preview: { members, endpoints, warnings } }: { readonly preview: GroupPreview }) {
  const rest = members - endpoints.length;
  return (
    <>
      <p className="preview-count" aria-live="polite">
        <strong className="figures">{members.toLocaleString()}</strong>{' '}
        {members === 1 ? 'endpoint' : 'endpoints'}
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="rule-problem">
          <StatusMark tone="warn">{warning}</StatusMark>
        </p>
      ))}
      <ul className="plain-list">
        {endpoints.map(({ id, name, os }) => (
          <li key={id}>
            <RouterLink to={paths.endpoint(id)} size="sm">
              {name}
            </RouterLink>{' '}
            <span className="quiet">
              <Os os={os} />
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="form-words quiet">and {rest.toLocaleString()} others</p>}
    </>
  );
}
