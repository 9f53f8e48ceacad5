import { paths } from '../paths.ts';
import { TabNav } from './tab-nav.tsx';

/** Tasks above scripts, as people look for them. */
export function LibraryTabs() {
  return (
    <TabNav
      label="Scripts and tasks"
      tabs={[
        { to: paths.tasks, label: 'Tasks' },
        { to: paths.scripts, label: 'Scripts' },
      ]}
    />
  );
}
