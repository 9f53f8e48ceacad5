import type { PatchFilterInput, PatchFilterPreview } from '@patchbay/contracts/patch-filter';
import { usePreview } from '../../forms/use-preview.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';

const againMs = 30_000;

/** Which applicable patches a filter matches now, saved or not (P-02). */
export function MatchingPatches({ filter }: { readonly filter: PatchFilterInput['filter'] }) {
  const preview = usePreview<PatchFilterPreview>({
    noun: 'patch-filters',
    path: '/patch-filters/preview',
    request: { filter },
    everyMs: againMs,
  });
  return (
    <Section title="What it matches now">
      {preview.isError ? (
        <ProblemView error={preview.error} />
      ) : (
        preview.data !== undefined && <Matches preview={preview.data} />
      )}
    </Section>
  );
}

function Matches({ preview: { matches, patches } }: { readonly preview: PatchFilterPreview }) {
  const rest = matches.patches - patches.length;
  return (
    <>
      <p className="preview-count" aria-live="polite">
        <strong className="figures">{matches.patches.toLocaleString()}</strong>{' '}
        {matches.patches === 1 ? 'patch' : 'patches'} on{' '}
        <strong className="figures">{matches.endpoints.toLocaleString()}</strong>{' '}
        {matches.endpoints === 1 ? 'endpoint' : 'endpoints'}
      </p>
      {matches.patches === 0 ? (
        <StatusMark tone="warn">No patch that is applicable now passes it.</StatusMark>
      ) : (
        <ul className="filter-patches">
          {patches.map((patch) => (
            <li key={patch.id} title={[patch.title, ...patch.cves].join('\n')}>
              <span className="filter-patch code">{patch.id}</span>
              <span className="quiet">{patch.classification}</span>
              <SeverityMark severity={patch.severity} />
              <span className="quiet figures">
                {patch.endpoints.toLocaleString()} {patch.endpoints === 1 ? 'endpoint' : 'endpoints'}
              </span>
            </li>
          ))}
        </ul>
      )}
      {rest > 0 && <p className="form-words quiet">and {rest.toLocaleString()} others</p>}
    </>
  );
}
