import type { Run } from '@patchbay/contracts/run';
import { paths } from '../../paths.ts';
import { RouterLink } from '../../ui/router-link.tsx';

type Control = Run['control'];

const questions: readonly {
  readonly name: keyof Control;
  readonly question: string;
  readonly answers: Readonly<Record<string, string>>;
}[] = [
  {
    name: 'afterPreFailure',
    question: 'After a pre-patching failure',
    answers: { never: 'post-patching steps do not run', always: 'post-patching steps run' },
  },
  {
    name: 'afterPatchFailure',
    question: 'After a failed patch operation',
    answers: { never: 'post-patching steps do not run', always: 'post-patching steps run' },
  },
  {
    name: 'afterPostFailure',
    question: 'After a post-patching failure',
    answers: { stop: 'the other steps do not run', continue: 'the other steps run' },
  },
];

/** What is done after a failure, and who says so: the workflow or the system configuration (W-07). */
export function RunControl({ control }: { readonly control: Control }) {
  return (
    <ul className="control">
      {questions.map(({ name, question, answers }) => {
        const { value, from } = control[name];
        return (
          <li key={name}>
            <span>
              {question} <strong>{answers[value] ?? value}</strong>
            </span>
            <span className="quiet">
              {from === 'workflow' ? (
                'as the workflow says'
              ) : (
                <>
                  as the{' '}
                  <RouterLink to={paths.settings} size="xs">
                    system configuration
                  </RouterLink>{' '}
                  says
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
