import { Anchor, type AnchorProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link to a page of the console. */
export function RouterLink({
  to,
  children,
  ...rest
}: AnchorProps & {
  readonly to: string;
  readonly children: ReactNode;
  readonly tabIndex?: number;
  readonly title?: string;
}) {
  return (
    <Anchor component={Link} to={to} {...rest}>
      {children}
    </Anchor>
  );
}
