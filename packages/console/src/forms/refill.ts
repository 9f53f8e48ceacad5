import type { UseFormReturnType } from '@mantine/form';

/** Fills a form with what is saved now: nothing of it counts as changed or wrong any more. */
export function refill<Values>(form: UseFormReturnType<Values>, values: Values): void {
  form.setInitialValues(values);
  form.reset();
}
