import { Tooltip } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import './built-in.css';

/** The badge B of what is shipped and read-only (L-01). */
export function BuiltIn() {
  return (
    <Tooltip label="Built in: read-only; duplicate it to change it" withArrow>
      <span className="built-in" role="img" aria-label="Built in">
        B
      </span>
    </Tooltip>
  );
}

/** Marks what was not run on a real system of its kind yet. */
export function NotVerified({ short = false }: { readonly short?: boolean }) {
  return (
    <Tooltip label="Not verified on a real system of its kind yet" withArrow>
      {short ? (
        <IconFlask
          className="not-verified-sign"
          size={15}
          stroke={1.8}
          role="img"
          aria-label="Not verified on a real system yet"
        />
      ) : (
        <span className="not-verified">not verified</span>
      )}
    </Tooltip>
  );
}
