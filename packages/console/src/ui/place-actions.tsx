import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { IconAction } from './action-button.tsx';

/** Moves one of several that stand in an order, or takes it out. */
export function PlaceActions({
  name,
  index,
  last,
  onMove,
  onRemove,
}: {
  readonly name: string;
  readonly index: number;
  /** The index of the last one. */
  readonly last: number;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}) {
  return (
    <>
      <IconAction
        icon={IconArrowUp}
        label={`Move ${name} up`}
        refusal={index === 0 ? 'it is the first' : null}
        onClick={() => onMove(index - 1)}
      />
      <IconAction
        icon={IconArrowDown}
        label={`Move ${name} down`}
        refusal={index === last ? 'it is the last' : null}
        onClick={() => onMove(index + 1)}
      />
      <IconAction icon={IconTrash} label={`Remove ${name}`} onClick={onRemove} />
    </>
  );
}
