import { paths } from '../../paths.ts';
import { Linked } from '../../ui/linked.tsx';
import { Nothing, Section } from '../../ui/section.tsx';
import { useScriptQuery } from './script-page.tsx';

/** The tasks that use a script (L-10). */
export function ScriptUses() {
  const { data } = useScriptQuery();
  if (data === undefined) return null;
  const { usedBy } = data.value;
  return (
    <Section title="Tasks that use it">
      {usedBy.length === 0 ? (
        <Nothing title="No task uses it">
          A task makes a script runnable; a script by itself never runs.
        </Nothing>
      ) : (
        <ul className="plain-list">
          {usedBy.map((task) => (
            <li key={task.id ?? task.name}>
              <Linked link={task} path={paths.task} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
