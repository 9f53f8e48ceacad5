import type { WindowInput } from '@patchbay/contracts/window';
import { useState } from 'react';
import { useRefusal } from '../../api/session.ts';
import { useCreation } from '../../forms/use-creation.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { newWindow } from './window-draft.ts';
import { WindowEditor } from './window-editor.tsx';

/** Makes a maintenance window (P-06). */
export function NewWindowPage() {
  const refusal = useRefusal()('window.write');
  const [initial] = useState(() =>
    newWindow(new Date().toISOString().slice(0, 10), Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const creation = useCreation<WindowInput>({ noun: 'windows', page: paths.window });
  return (
    <Page title="New maintenance window" trail={[{ label: 'Maintenance windows', to: paths.windows }]}>
      <WindowEditor initial={initial} refusal={refusal} saving={creation} />
    </Page>
  );
}
