import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { RouterLink } from './router-link.tsx';
import './page.css';

/** A page: where it is, what it is called, what can be done, and its content. */
export function Page({
  title,
  mark,
  description,
  trail = [],
  actions,
  fixed = false,
  children,
}: {
  readonly title: string;
  /** Stands behind the title, such as a badge or a status. */
  readonly mark?: ReactNode;
  readonly description?: ReactNode;
  readonly trail?: readonly { readonly label: string; readonly to: string }[];
  readonly actions?: ReactNode;
  /** The page is as high as the window, and its content scrolls by itself. */
  readonly fixed?: boolean;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Patchbay`;
  }, [title]);
  return (
    <div className={fixed ? 'page page-fixed' : 'page'}>
      <header className="page-head">
        <div className="page-words">
          {trail.length > 0 && (
            <nav aria-label="Where this is" className="page-trail">
              {trail.map(({ label, to }) => (
                <span key={to}>
                  <RouterLink to={to} size="sm">
                    {label}
                  </RouterLink>
                  <span aria-hidden="true"> / </span>
                </span>
              ))}
            </nav>
          )}
          <Group gap="sm" wrap="nowrap" align="center" className="page-title">
            <Title order={1} className="clip" title={title}>
              {title}
            </Title>
            {mark}
          </Group>
          {description !== undefined && description !== '' && (
            <Text component="div" size="sm" c="dimmed" className="page-description">
              {description}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
