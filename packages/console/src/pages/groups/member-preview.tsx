import { useDebouncedValue } from '@mantine/hooks';
import type { GroupPreview } from '@patchbay/contracts/group';
import type { GroupRule } from '@patchbay/domain/group/rule';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { paths } from '../../paths.ts';
import { Os } from '../../ui/os.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Section } from '../../ui/section.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';

const typingMs = 300;

/** Which endpoints a rule means now, saved or not; null while the rule cannot be asked for. */
export function MemberPreview({ rule }: { readonly rule: GroupRule | null }) {
  const [text] = useDebouncedValue(rule === null ? null : JSON.stringify(rule), typingMs);
  const preview = useQuery({
    // Live changes of endpoints reach what is kept under their noun.
    queryKey: ['endpoints', 'group-preview', text],
    queryFn: () => send<GroupPreview>('POST', '/groups/preview', { rule: JSON.parse(text ?? '') as unknown }),
    enabled: text !== null,
    placeholderData: keepPreviousData,
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
      <p className="member-count" aria-live="polite">
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
      {rest > 0 && <p className="rule-words quiet">and {rest.toLocaleString()} others</p>}
    </>
  );
}
