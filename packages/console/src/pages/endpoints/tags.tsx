import { tagsText } from './tags-text.ts';
import './tags.css';

/** An endpoint's tags; with `most`, only so many, and the others on hover. */
export function Tags({
  tags,
  most = Number.POSITIVE_INFINITY,
}: {
  readonly tags: Readonly<Record<string, string>>;
  readonly most?: number;
}) {
  const entries = Object.entries(tags);
  if (entries.length === 0) return <span className="quiet">–</span>;
  const more = entries.length - most;
  return (
    <span className="tags" title={tagsText(tags)}>
      {entries.slice(0, most).map(([name, value]) => (
        <span key={name} className="tag">
          <span className="quiet">{name}=</span>
          {value}
        </span>
      ))}
      {more > 0 && <span className="tag tag-more quiet">+{more}</span>}
    </span>
  );
}
