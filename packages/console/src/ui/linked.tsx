import { RouterLink } from './router-link.tsx';

/** A thing of another kind: a link while it exists, its name once it was deleted. */
export function Linked({
  link,
  path,
  none = '–',
  ...rest
}: {
  readonly link: { readonly id: string | null; readonly name: string } | null;
  readonly path: (id: string) => string;
  readonly none?: string;
  readonly tabIndex?: number;
}) {
  if (link === null) return <span className="quiet">{none}</span>;
  if (link.id === null) return <span title="It was deleted meanwhile.">{link.name} (deleted)</span>;
  return (
    <RouterLink to={path(link.id)} size="sm" {...rest}>
      {link.name}
    </RouterLink>
  );
}
