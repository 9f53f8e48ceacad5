import { Textarea, TextInput } from '@mantine/core';
import { Section } from '../ui/section.tsx';

interface Described {
  readonly name: string;
  readonly description: string;
}

/** What something is called, and what it is for. */
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
        <TextInput
          label="Name"
          required
          maxLength={120}
          readOnly={readOnly}
          error={errors['name']}
          value={name}
          onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
        />
        <Textarea
          label="Description"
          autosize
          minRows={1}
          maxRows={5}
          maxLength={2000}
          readOnly={readOnly}
          error={errors['description']}
          value={description}
          onChange={({ currentTarget }) => onChange({ description: currentTarget.value })}
        />
      </div>
    </Section>
  );
}
