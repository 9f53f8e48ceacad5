import { Linked } from '../ui/linked.tsx';
import { Section } from '../ui/section.tsx';
import type { LibraryKind, User } from './library-deeds.tsx';

/** What uses a thing of the library, with links to it. */
export function UsedBy({ kind, usedBy }: { readonly kind: LibraryKind; readonly usedBy: readonly User[] }) {
  return (
    <Section title={`Where it is used (${usedBy.length})`}>
      {usedBy.length === 0 ? (
        <span className="quiet">{kind.unused}</span>
      ) : (
        <ul className="plain-list">
          {usedBy.map((user) => (
            <li key={user.id ?? user.name}>
              <Linked link={user} path={(id) => kind.userPage(id, user.kind)} />
              {user.kind !== undefined && <span className="quiet"> ({user.kind})</span>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
