import { ActionIcon, Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';

/** A button that says why it cannot be used now; it stays reachable, so that the reason can be read. */
export function ActionButton({
  icon: Sign,
  refusal = null,
  onClick,
  children,
  ...rest
}: ButtonProps & {
  readonly icon?: Icon;
  /** Why not; null: it can be used. */
  readonly refusal?: string | null;
  readonly onClick?: () => void;
  readonly type?: 'button' | 'submit';
  readonly children: ReactNode;
}) {
  const refused = refusal !== null;
  const button = (
    <Button
      type="button"
      variant="default"
      {...(Sign ? { leftSection: <Sign size={rest.size === 'compact-xs' ? 13 : 16} /> } : {})}
      {...rest}
      {...(refused ? { 'data-disabled': true, 'aria-disabled': true } : {})}
      onClick={(event) => {
        if (refused) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </Button>
  );
  return refused ? (
    <Tooltip label={refusal} multiline maw={320} withArrow events={{ hover: true, focus: true, touch: true }}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}

/** A button with a sign only; its name is read out and shown on hover and focus. */
export function IconAction({
  icon: Sign,
  label,
  refusal = null,
  onClick,
  pressed,
  ...rest
}: {
  readonly icon: Icon;
  readonly label: string;
  readonly refusal?: string | null;
  readonly onClick?: () => void;
  readonly tabIndex?: number;
  readonly pressed?: boolean;
  readonly className?: string;
  /** What menus and the like add to the button that opens them. */
  readonly ref?: Ref<HTMLButtonElement>;
}) {
  const refused = refusal !== null;
  return (
    <Tooltip
      label={refused ? `${label}: ${refusal}` : label}
      multiline
      maw={320}
      withArrow
      openDelay={250}
      events={{ hover: true, focus: true, touch: false }}
    >
      <ActionIcon
        {...rest}
        variant={pressed === true ? 'light' : 'subtle'}
        color={pressed === true ? 'harbour' : 'gray'}
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        {...(pressed === true ? {} : { c: 'var(--mantine-color-text)' })}
        {...(refused ? { 'data-disabled': true, 'aria-disabled': true } : {})}
        onClick={(event) => {
          event.stopPropagation();
          if (!refused) onClick?.();
        }}
      >
        <Sign size={17} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
