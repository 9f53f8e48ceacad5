import { Anchor, type AnchorProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link to a page of the console. */
export function RouterLink({
  to,
  search,
  children,
  ...rest
}: AnchorProps & {
  readonly to: string;
  /** What the page is asked for, such as the filters of a list. */
  readonly search?: Readonly<Record<string, string>>;
  readonly children: ReactNode;
  readonly tabIndex?: number;
  readonly title?: string;
  readonly target?: '_blank';
}) {
  // The router's own type knows no page by a plain text.
  const asked = search === undefined ? {} : { search: search as never };
  return (
    <Anchor component={Link} to={to} {...asked} {...rest}>
      {children}
    </Anchor>
  );
}
