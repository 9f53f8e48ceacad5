import { type UseFormReturnType, useForm } from '@mantine/form';
import type { Script, ScriptRevision } from '@patchbay/contracts/script';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { type TaskScript, type TaskValues, taskErrors } from './task-values.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The form's state together with the script that it is about. */
export interface TaskForm {
  readonly form: UseFormReturnType<TaskValues>;
  readonly script: Named | null;
  readonly chooseScript: (script: Named) => void;
  /** The revision that the task will run; null while it is read, or none is chosen. */
  readonly revision: TaskScript | null;
  /** The number of the script's latest revision. */
  readonly latest: number | null;
}

/** The state of a task's form, checked by the rules that the server has, too (L-22). */
export function useTaskForm(
  initialValues: TaskValues,
  initialScript: Named | null,
  storedSecrets: ReadonlySet<string>,
): TaskForm {
  const [script, setScript] = useState(initialScript);
  const revision = useRef<TaskScript | null>(null);
  const form = useForm<TaskValues>({
    initialValues,
    validate: (values) => taskErrors(values, revision.current, storedSecrets),
    validateInputOnBlur: true,
    transformValues: (values) => ({ ...values, name: values.name.trim() }),
  });
  const path = `/scripts/${part(script?.id ?? '')}`;
  const pinned = form.values.scriptRevision;
  const latest = useQuery({ ...thingQuery<Script>('scripts', path), enabled: script !== null });
  const pinnedRevision = useQuery({
    ...thingQuery<ScriptRevision>('scripts', `${path}/revisions/${pinned ?? 1}`),
    enabled: script !== null && pinned !== null,
  });
  const body = pinned === null ? latest.data : pinnedRevision.data;
  const current = useMemo<TaskScript | null>(
    () =>
      body === undefined || script === null
        ? null
        : { name: script.name, os: body.os, parameters: body.parameters },
    [body, script],
  );
  useEffect(() => {
    revision.current = current;
  }, [current]);
  return {
    form,
    script,
    chooseScript: (chosen) => {
      setScript(chosen);
      form.setValues({ script: chosen.id, scriptRevision: null, parameters: {} });
      form.clearFieldError('script');
    },
    revision: current,
    latest: latest.data?.revision ?? null,
  };
}
