import type { Script } from '@patchbay/contracts/script';
import { deletionRefusal } from '@patchbay/domain/library/refusal';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { Outlet } from '@tanstack/react-router';
import { useRefusal } from '../../api/session.ts';
import { useAddressedThing } from '../../api/things.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { scriptKind } from '../../forms/library-kinds.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { BuiltIn, NotVerified } from '../../ui/built-in.tsx';
import { Page } from '../../ui/page.tsx';
import { TabNav } from '../../ui/tab-nav.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';

/** The script of the page's address, with its version. */
export function useScriptQuery() {
  return useAddressedThing<Script>('scripts');
}

/** What stands above all pages of one script. */
export function ScriptFrame() {
  const query = useScriptQuery();
  return <Thing query={query}>{({ value }) => <Frame script={value} />}</Thing>;
}

function Frame({ script }: { readonly script: Script }) {
  const { id, name, origin, verified, revision, updatedAt, updatedBy, usedBy } = script;
  const { duplicate, remove } = useLibraryDeeds(scriptKind);
  const refusal = useRefusal()('script.write');
  const own = paths.script(id);
  return (
    <Page
      title={name}
      mark={
        <>
          {origin === 'builtIn' && <BuiltIn />}
          {origin === 'builtIn' && !verified && <NotVerified />}
        </>
      }
      description={
        <>
          Revision {revision}, saved <Ago at={updatedAt} /> by {updatedBy}
        </>
      }
      trail={[{ label: 'Scripts', to: paths.scripts }]}
      actions={
        <>
          <ActionButton icon={IconCopy} refusal={refusal} onClick={() => duplicate(script)}>
            Duplicate
          </ActionButton>
          <ActionButton
            icon={IconTrash}
            refusal={refusal ?? deletionRefusal({ kind: 'script', ...script }, [])?.detail ?? null}
            onClick={() => remove(script)}
          >
            Delete
          </ActionButton>
        </>
      }
    >
      <TabNav
        label={`Pages of ${name}`}
        tabs={[
          { to: own, label: 'Script' },
          { to: `${own}/revisions`, label: `Revisions (${revision})` },
          { to: `${own}/uses`, label: `Where used (${usedBy.length})` },
        ]}
      />
      <Outlet />
    </Page>
  );
}
