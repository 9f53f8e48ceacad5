import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { send } from '../api/client.ts';

const typingMs = 300;

/** What comes of something that is edited, saved or not, as the server says; asked when typing pauses. */
export function usePreview<Answer>({
  noun,
  path,
  request,
  everyMs = false,
}: {
  /** Of what the answer tells: live changes of it have the question asked again. */
  readonly noun: string;
  readonly path: string;
  /** Null while it cannot be asked. */
  readonly request: object | null;
  readonly everyMs?: number | false;
}): UseQueryResult<Answer> {
  const [text] = useDebouncedValue(request === null ? null : JSON.stringify(request), typingMs);
  return useQuery({
    queryKey: [noun, 'preview', path, text],
    queryFn: () => send<Answer>('POST', path, JSON.parse(text ?? '')),
    enabled: text !== null,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
    retry: false,
  });
}
