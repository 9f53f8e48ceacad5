import { Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import './page.css';

/** A part of a page with its own heading. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="surface section" aria-labelledby={id}>
      <div className="section-head">
        <Title order={2} id={id}>
          {title}
        </Title>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Names and values, such as what is known of an endpoint. */
export function FactList({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <dl className="fact-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === '' ? <span className="quiet">–</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What stands where nothing is: why, and what to do next. */
export function Nothing({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="nothing">
      <strong>{title}</strong>
      {children !== undefined && <p>{children}</p>}
      {action !== undefined && <div>{action}</div>}
    </div>
  );
}
