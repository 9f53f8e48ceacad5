import { tagsText } from './tags-text.ts';
import './tags.css';

/** An endpoint's tags. */
export function Tags({ tags }: { readonly tags: Readonly<Record<string, string>> }) {
  const entries = Object.entries(tags);
  if (entries.length === 0) return <span className="quiet">–</span>;
  return (
    <span className="tags" title={tagsText(tags)}>
      {entries.map(([name, value]) => (
        <span key={name} className="tag">
          <span className="quiet">{name}=</span>
          {value}
        </span>
      ))}
    </span>
  );
}
