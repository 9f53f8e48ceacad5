import { Input, Skeleton } from '@mantine/core';
import type { Interpreter } from '@patchbay/domain/script/interpreter';
import { lazy, type ReactNode, Suspense } from 'react';
import './code.css';

const CodeArea = lazy(async () => ({ default: (await import('./code-area.tsx')).CodeArea }));

/** A field for code, highlighted for its interpreter. */
export function CodeEditor({
  value,
  onChange = () => undefined,
  interpreter,
  label,
  description,
  error,
  readOnly = false,
  height = '28rem',
}: {
  readonly value: string;
  readonly onChange?: (value: string) => void;
  readonly interpreter: Interpreter;
  readonly label: string;
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  readonly readOnly?: boolean;
  readonly height?: string;
}) {
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      labelElement="div"
      className="code-wrapper"
    >
      <div className={error ? 'code-field code-field-wrong' : 'code-field'} style={{ height }}>
        <Suspense fallback={<Skeleton height="100%" radius={0} />}>
          <CodeArea
            value={value}
            onChange={onChange}
            interpreter={interpreter}
            label={label}
            readOnly={readOnly}
          />
        </Suspense>
      </div>
    </Input.Wrapper>
  );
}
