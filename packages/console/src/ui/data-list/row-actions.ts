import { IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import type { RowAction } from './list-definition.ts';

interface Named {
  readonly name: string;
}

/** Opens the page on which the thing of a row is changed. */
export function editRow({ name }: Named, onClick: () => void): RowAction {
  return { label: `Edit ${name}`, icon: IconPencil, onClick };
}

/** Makes another thing like that of a row; `refusal` is why not. */
export function duplicateRow({ name }: Named, refusal: string | null, onClick: () => void): RowAction {
  return { label: `Duplicate ${name}`, icon: IconCopy, refusal, onClick };
}

/** Deletes the thing of a row; `refusal` is why not. */
export function deleteRow({ name }: Named, refusal: string | null, onClick: () => void): RowAction {
  return { label: `Delete ${name}`, icon: IconTrash, refusal, onClick };
}
