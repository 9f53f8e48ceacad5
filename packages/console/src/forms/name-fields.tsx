import { Textarea, type TextareaProps, TextInput, type TextInputProps } from '@mantine/core';
import { Section } from '../ui/section.tsx';

/** What something is called. */
export function NameInput(props: TextInputProps) {
  return <TextInput label="Name" required maxLength={120} {...props} />;
}

/** What something is for. */
export function DescriptionInput(props: TextareaProps) {
  return <Textarea label="Description" autosize minRows={1} maxRows={6} maxLength={2000} {...props} />;
}

interface Described {
  readonly name: string;
  readonly description: string;
}

/** What something is called and what it is for, where nothing else is to be said of what it is. */
export function NameFields({
  draft: { name, description },
  errors,
  readOnly = false,
  onChange,
}: {
  readonly draft: Described;
  readonly errors: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  readonly onChange: (part: Partial<Described>) => void;
}) {
  return (
    <Section title="What it is">
      <div className="form-columns form-even">
        <NameInput
          readOnly={readOnly}
          error={errors['name']}
          value={name}
          onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
        />
        <DescriptionInput
          readOnly={readOnly}
          error={errors['description']}
          value={description}
          onChange={({ currentTarget }) => onChange({ description: currentTarget.value })}
        />
      </div>
    </Section>
  );
}
